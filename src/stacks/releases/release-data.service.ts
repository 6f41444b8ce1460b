import { Injectable } from '@nestjs/common';
import { BUILT_IN_KINDS } from '../core/built-in-kinds.js';
import { refOf, type ManifestObject } from '../core/manifest-object.js';
import { isObject, readField, readList, readText } from '../core/read-field.js';
import { ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects, type ObjectSelection } from '../objects/cluster-objects.port.js';
import { membershipOf, type SetOwner } from './apply-set.js';
import { ownerOf } from './core/as-member.js';
import { findNamespace } from './find-namespace.js';
import type { ReleaseRevision } from './release-records.port.js';

/** What Kubernetes itself puts into every namespace. */
const ALWAYS_THERE = new Set(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default']);

/** Namespaces that a release made, by whether anything is left in them. */
export interface MadeNamespaces {
  readonly empty: readonly ManifestObject[];
  readonly occupied: readonly ManifestObject[];
}

/** What goes only with `data=delete`. */
@Injectable()
export class ReleaseData {
  constructor(private readonly objects: ClusterObjects) {}

  /** The claims that a release's StatefulSets have made: by their selector's labels and by the names that the controller gives them. */
  async claims(release: SetOwner, revisions: readonly ReleaseRevision[]): Promise<readonly ManifestObject[]> {
    const sets = revisions.flatMap(({ objects }) => objects.filter(({ kind }) => kind === 'StatefulSet'));
    const found = new Map<string, ManifestObject>();
    for (const set of sets) {
      const namespace = set.metadata.namespace ?? release.namespace;
      const labels = readField(set, 'spec', 'selector', 'matchLabels');
      const templates = readList(set, 'spec', 'volumeClaimTemplates').map((claim) =>
        readText(claim, 'metadata', 'name'),
      );
      if (!isObject(labels) || templates.length === 0) continue;
      const labelSelector = Object.entries(labels)
        .map(([name, value]) => `${name}=${String(value)}`)
        .join(',');
      const claims = await this.objects.list({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace,
        labelSelector,
      });
      for (const claim of claims)
        if (isOf(claim.metadata.name, templates, set.metadata.name))
          found.set(`${namespace}/${claim.metadata.name}`, claim);
    }
    return [...found.values()];
  }

  /** The release's namespace, when it was made for it. */
  async ownNamespace(release: SetOwner): Promise<ManifestObject | undefined> {
    const live = await findNamespace(this.objects, release.namespace);
    return live && ownerOf(live, membershipOf(release)) === 'ours' ? live : undefined;
  }

  /**
   * Namespaces that the release made: those in which nothing is left, and the others. What may not be listed counts as something that is left.
   * @param members live members of the release
   */
  async namespaces(release: SetOwner, members: readonly ManifestObject[]): Promise<MadeNamespaces> {
    const own = await this.ownNamespace(release);
    const candidates = [...members.filter(({ kind }) => kind === 'Namespace'), ...(own ? [own] : [])];
    const unique = [...new Map(candidates.map((live) => [live.metadata.name, live])).values()];
    const made = { empty: new Array<ManifestObject>(), occupied: new Array<ManifestObject>() };
    for (const namespace of unique) {
      const isEmpty = await this.#isEmpty(namespace.metadata.name);
      (isEmpty ? made.empty : made.occupied).push(namespace);
    }
    return made;
  }

  async #isEmpty(namespace: string): Promise<boolean> {
    const builtIn = BUILT_IN_KINDS.filter(({ isNamespaced }) => isNamespaced);
    try {
      for (const { apiVersion, kind } of [...builtIn, ...(await this.#customKinds())])
        if (await this.#hasAny({ apiVersion, kind, namespace })) return false;
      return true;
    } catch (error) {
      if (error instanceof ObjectRefusedError) return false;
      throw error;
    }
  }

  async #hasAny(selection: ObjectSelection): Promise<boolean> {
    const found = await this.objects.list(selection);
    return found.some((object) => !ALWAYS_THERE.has(`${object.kind}/${refOf(object).name}`));
  }

  async #customKinds(): Promise<{ apiVersion: string; kind: string }[]> {
    const definitions = await this.objects.list({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
    });
    return definitions
      .filter((definition) => readText(definition, 'spec', 'scope') === 'Namespaced')
      .flatMap((definition) => {
        const served = readList(definition, 'spec', 'versions').find(
          (version) => readField(version, 'served') === true,
        );
        const group = readText(definition, 'spec', 'group');
        return served
          ? [
              {
                apiVersion: `${group}/${readText(served, 'name')}`,
                kind: readText(definition, 'spec', 'names', 'kind'),
              },
            ]
          : [];
      });
  }
}

function isOf(claim: string, templates: readonly string[], set: string): boolean {
  return templates.some((template) => {
    const prefix = `${template}-${set}-`;
    return claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length));
  });
}
