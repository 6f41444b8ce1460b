import { setTimeout as delay } from 'node:timers/promises';
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
import type { Waiting } from './wait-for-objects.service.js';

/** What Kubernetes itself puts into every namespace. */
const ALWAYS_THERE = new Set(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default']);

/** How long a namespace may hold what is going by itself, such as the EndpointSlices of a Service that is gone, before it counts as occupied. */
const LONGEST_CLEARING_MS = 30_000;

/** What is in a namespace: nothing, only what is going by itself, or something that stays. */
type Contents = 'nothing' | 'going' | 'lasting';

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
   * Namespaces that the release made: those in which nothing is left, and the others. What is going by itself is waited for, a while;
   * what may not be listed counts as something that is left.
   * @param members live members of the release
   * @throws ClusterUnreachableError; the signal's reason
   */
  async namespaces(release: SetOwner, members: readonly ManifestObject[], how: Waiting): Promise<MadeNamespaces> {
    const own = await this.ownNamespace(release);
    const candidates = [...members.filter(({ kind }) => kind === 'Namespace'), ...(own ? [own] : [])];
    const unique = [...new Map(candidates.map((live) => [live.metadata.name, live])).values()];
    const made = { empty: new Array<ManifestObject>(), occupied: new Array<ManifestObject>() };
    for (const namespace of unique) {
      const isEmpty = await this.#getsEmpty(namespace.metadata.name, how);
      (isEmpty ? made.empty : made.occupied).push(namespace);
    }
    return made;
  }

  async #getsEmpty(namespace: string, how: Waiting): Promise<boolean> {
    const untilMs = performance.now() + Math.min(LONGEST_CLEARING_MS, how.limitMs);
    for (;;) {
      const contents = await this.#contents(namespace);
      if (contents !== 'going' || performance.now() > untilMs) return contents === 'nothing';
      await delay(how.lookEveryMs, undefined, { signal: how.signal });
    }
  }

  async #contents(namespace: string): Promise<Contents> {
    const builtIn = BUILT_IN_KINDS.filter(({ isNamespaced }) => isNamespaced);
    let contents: Contents = 'nothing';
    try {
      for (const { apiVersion, kind } of [...builtIn, ...(await this.#customKinds())]) {
        const found = await this.#found({ apiVersion, kind, namespace });
        if (found.some((object) => !isGoing(object))) return 'lasting';
        if (found.length > 0) contents = 'going';
      }
      return contents;
    } catch (error) {
      if (error instanceof ObjectRefusedError) return 'lasting';
      throw error;
    }
  }

  async #found(selection: ObjectSelection): Promise<readonly ManifestObject[]> {
    const found = await this.objects.list(selection);
    return found.filter((object) => !ALWAYS_THERE.has(`${object.kind}/${refOf(object).name}`));
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

/** Whether an object is being deleted, or is another one's and goes with it: an owner that stays is in the namespace as well. */
function isGoing(object: ManifestObject): boolean {
  return (
    readText(object, 'metadata', 'deletionTimestamp') !== '' ||
    readList(object, 'metadata', 'ownerReferences').length > 0
  );
}

function isOf(claim: string, templates: readonly string[], set: string): boolean {
  return templates.some((template) => {
    const prefix = `${template}-${set}-`;
    return claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length));
  });
}
