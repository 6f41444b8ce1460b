import { createHash } from 'node:crypto';
import { programVersion } from '../../platform/version.js';
import { groupOf, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { readText } from '../core/read-field.js';
import { releaseParentName } from '../core/rights-of-release.js';
import { FIELD_MANAGER, RELEASE, type Membership } from './core/as-member.js';

/** A release, as far as its ApplySet goes. */
export interface SetOwner {
  readonly name: string;
  readonly namespace: string;
}

const ID = 'applyset.kubernetes.io/id';
const TOOLING = 'applyset.kubernetes.io/tooling';
const GROUP_KINDS = 'applyset.kubernetes.io/contains-group-kinds';
const NAMESPACES = 'applyset.kubernetes.io/additional-namespaces';
/** Under this key of its data: the members, one a line. */
const MEMBERS = 'members';
/** `apps/v1 Deployment shop/web`, `v1 Namespace shop`. */
const LINE = /^(\S+) (\S+) (?:([^/\s]+)\/)?([^/\s]+)$/;

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

/** The parent with what it says of its members: their kinds and namespaces as the specification has it, and beyond it each of them, so that nobody needs to list whole kinds. */
export function parentOf(release: SetOwner, members: readonly ObjectRef[]): ManifestObject {
  const { apiVersion, kind, name, namespace } = parentRef(release);
  const groupKinds = members.map((member) => [member.kind, groupOf(member.apiVersion)].filter(Boolean).join('.'));
  const namespaces = members.flatMap((member) => member.namespace ?? []);
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
        [GROUP_KINDS]: sorted(groupKinds).join(','),
        [NAMESPACES]: sorted(namespaces.filter((other) => other !== release.namespace)).join(','),
      },
    },
    data: { [MEMBERS]: sorted(members.map(lineOf)).join('\n') },
  };
}

/** The members that a live parent names. */
export function membersSaid(parent: ManifestObject | undefined): readonly ObjectRef[] {
  return readText(parent, 'data', MEMBERS)
    .split('\n')
    .flatMap((line) => {
      const [, apiVersion, kind, namespace, name] = LINE.exec(line) ?? [];
      if (apiVersion === undefined || kind === undefined || name === undefined) return [];
      return [{ apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name }];
    });
}

/** Which other tool a live parent is of; other tools' sets are left alone. */
export function foreignToolOf(parent: ManifestObject): string | undefined {
  const tooling = parent.metadata.annotations?.[TOOLING];
  return tooling?.startsWith(`${FIELD_MANAGER}/`) ? undefined : (tooling ?? 'no tool that says so');
}

function lineOf({ apiVersion, kind, namespace, name }: ObjectRef): string {
  return `${apiVersion} ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
