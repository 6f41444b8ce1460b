import { Injectable } from '@nestjs/common';
import { mapLimited } from '../../auth/map-limited.js';
import { readList, readText } from '../core/read-field.js';
import { refOf, refKey, refText, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import {
  contentsOf,
  foreignToolOf,
  membershipOf,
  parentOf,
  parentRef,
  type SetContents,
  type SetKind,
  type SetOwner,
} from './apply-set.js';
import { CALLS_AT_ONCE } from './compare-objects.service.js';
import { FIELD_MANAGER, PART_OF } from './core/as-member.js';
import { ReleaseFailure } from './release-failure.js';

/**
 * The ApplySets (KEP-3659, v1) that the objects of releases are members of: by them prune and removal find what a release has in the cluster, also after a crash and whatever the records
 * have forgotten. The parent's annotations are widened before anything is applied, and narrowed after the prune.
 */
@Injectable()
export class ApplySets {
  constructor(private readonly objects: ClusterObjects) {}

  /** Makes the parent name at least the kinds and namespaces of these objects. @throws ReleaseFailure when it is another tool's */
  async widen(release: SetOwner, objects: readonly ObjectRef[]): Promise<void> {
    const parent = await this.#parent(release);
    const known = contentsOf(parent);
    const own = contents(objects);
    await this.#write(release, {
      kinds: [...known.kinds, ...own.kinds],
      namespaces: [...known.namespaces, ...own.namespaces],
    });
  }

  /** Makes the parent name the kinds and namespaces of these objects alone. */
  async narrow(release: SetOwner, objects: readonly ObjectRef[]): Promise<void> {
    await this.#write(release, contents(objects));
  }

  /**
   * All live members: those of the kinds and in the namespaces that the parent names, and of these objects'. What a controller made and copied the labels to is none.
   * @param known objects that the records know, where the parent has gone
   */
  async members(release: SetOwner, known: readonly ObjectRef[] = []): Promise<readonly ManifestObject[]> {
    const said = contentsOf(await this.#parent(release));
    const own = contents(known);
    const kinds = [...new Map([...said.kinds, ...own.kinds].map((kind) => [JSON.stringify(kind), kind])).values()];
    const namespaces = [...new Set([release.namespace, ...said.namespaces, ...own.namespaces])];
    const found = await mapLimited(kinds, CALLS_AT_ONCE, (kind) => this.#ofKind(release, kind, namespaces));
    return [...new Map(found.flat().map((object) => [refKey(refOf(object)), object])).values()];
  }

  /** Removes the parent. */
  async dissolve(release: SetOwner): Promise<void> {
    const parent = await this.#parent(release);
    if (parent) await this.objects.delete(parentRef(release), readText(parent, 'metadata', 'uid'));
  }

  async #ofKind(
    release: SetOwner,
    { apiVersion, kind }: SetKind,
    namespaces: readonly string[],
  ): Promise<readonly ManifestObject[]> {
    const served = await this.objects.kindOf(apiVersion, kind);
    if (!served) return [];
    const labelSelector = `${PART_OF}=${membershipOf(release).applySet}`;
    const places = served.isNamespaced ? namespaces.map((namespace) => ({ namespace })) : [{}];
    const found = [];
    for (const place of places) found.push(...(await this.objects.list({ apiVersion, kind, labelSelector, ...place })));
    return found.filter((object) => !isControlled(object));
  }

  async #parent(release: SetOwner): Promise<ManifestObject | undefined> {
    const parent = await this.objects.get(parentRef(release));
    const tool = parent && foreignToolOf(parent);
    if (tool === undefined) return parent;
    throw new ReleaseFailure(
      `${refText(parentRef(release))} is there already, of ${tool}: it keeps the release's list`,
    );
  }

  async #write(release: SetOwner, said: SetContents): Promise<void> {
    await this.objects.apply(parentOf(release, said), { fieldManager: FIELD_MANAGER, force: true });
  }
}

function contents(objects: readonly ObjectRef[]): SetContents {
  return {
    kinds: objects.map(({ apiVersion, kind }) => ({ apiVersion, kind })),
    namespaces: objects.flatMap(({ namespace }) => namespace ?? []),
  };
}

function isControlled(object: ManifestObject): boolean {
  return readList(object, 'metadata', 'ownerReferences').some(
    (owner) => (owner as { readonly controller?: boolean }).controller === true,
  );
}
