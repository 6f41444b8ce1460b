import { createHash } from 'node:crypto';
import { programVersion } from '../../platform/version.js';
import { groupOf, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { releaseParentName } from '../core/rights-of-release.js';
import { FIELD_MANAGER, RELEASE, type Membership } from './core/as-member.js';

/** A release, as far as its ApplySet goes. */
export interface SetOwner {
  readonly name: string;
  readonly namespace: string;
}

/** A kind of the set's members: with its version, which the specification leaves to discovery. */
export interface SetKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What the parent says of its members. */
export interface SetContents {
  readonly kinds: readonly SetKind[];
  /** Beside the release's own. */
  readonly namespaces: readonly string[];
}

const ID = 'applyset.kubernetes.io/id';
const TOOLING = 'applyset.kubernetes.io/tooling';
const GROUP_KINDS = 'applyset.kubernetes.io/contains-group-kinds';
const NAMESPACES = 'applyset.kubernetes.io/additional-namespaces';
const KINDS = 'quartermaster.io/contains-kinds';

/** The parent of a release's ApplySet. */
export function parentRef({ name, namespace }: SetOwner): ObjectRef {
  return { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: releaseParentName(name) };
}

/** Whose the objects of a release are. */
export function membershipOf(release: SetOwner): Membership {
  return { release: release.name, applySet: applySetId(parentRef(release)) };
}

/** `applyset-<base64url(sha256(name.namespace.kind.group))>-v1`: ApplySet specification v1 (KEP-3659). */
export function applySetId({ name, namespace = '', kind, apiVersion }: ObjectRef): string {
  const text = `${name}.${namespace}.${kind}.${groupOf(apiVersion)}`;
  return `applyset-${createHash('sha256').update(text).digest('base64url')}-v1`;
}

/** The parent with what it says of its members. */
export function parentOf(release: SetOwner, { kinds, namespaces }: SetContents): ManifestObject {
  const { apiVersion, kind, name, namespace } = parentRef(release);
  const groupKinds = kinds.map(({ apiVersion: version, kind: of }) => [of, groupOf(version)].filter(Boolean).join('.'));
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace: namespace ?? release.namespace,
      labels: {
        'app.kubernetes.io/managed-by': FIELD_MANAGER,
        [RELEASE]: release.name,
        [ID]: membershipOf(release).applySet,
      },
      annotations: {
        [TOOLING]: `${FIELD_MANAGER}/v${programVersion()}`,
        [GROUP_KINDS]: sorted(groupKinds),
        [NAMESPACES]: sorted(namespaces.filter((other) => other !== release.namespace)),
        [KINDS]: sorted(kinds.map(({ apiVersion: version, kind: of }) => `${version}/${of}`)),
      },
    },
  };
}

/** What a live parent says of its members. */
export function contentsOf(parent: ManifestObject | undefined): SetContents {
  const { annotations = {} } = parent?.metadata ?? {};
  return {
    kinds: listed(annotations[KINDS]).map((text) => {
      const slash = text.lastIndexOf('/');
      return { apiVersion: text.slice(0, slash), kind: text.slice(slash + 1) };
    }),
    namespaces: listed(annotations[NAMESPACES]),
  };
}

/** Which other tool a live parent is of; other tools' sets are left alone. */
export function foreignToolOf(parent: ManifestObject): string | undefined {
  const tooling = parent.metadata.annotations?.[TOOLING];
  return tooling?.startsWith(`${FIELD_MANAGER}/`) ? undefined : (tooling ?? 'no tool that says so');
}

function sorted(names: readonly string[]): string {
  return [...new Set(names)].sort().join(',');
}

function listed(text = ''): string[] {
  return text.split(',').filter((name) => name !== '');
}
