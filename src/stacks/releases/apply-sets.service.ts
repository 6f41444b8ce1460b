import { Injectable } from '@nestjs/common';
import { mapLimited } from '../../auth/map-limited.js';
import { refKey, refText, type ManifestObject, type ObjectRef } from '../core/manifest-object.js';
import { readList, readText } from '../core/read-field.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { foreignToolOf, membershipOf, membersSaid, parentOf, parentRef, type SetOwner } from './apply-set.js';
import { CALLS_AT_ONCE } from './compare-objects.service.js';
import { FIELD_MANAGER, ownerOf } from './core/as-member.js';
import { ReleaseFailure } from './release-failure.js';

/**
 * The ApplySets (KEP-3659, v1) that the objects of releases are members of: by them prune and removal find what a release has in the cluster, also after a crash and whatever the records
 * have forgotten. The parent names every member; it is widened before anything is applied, and narrowed after the prune. Members are read one by one, which takes no right to list a kind
 * (`docs/decisions/release-rights.md`).
 */
@Injectable()
export class ApplySets {
  constructor(private readonly objects: ClusterObjects) {}

  /** Makes the parent name at least these objects. @throws ReleaseFailure when it is another tool's */
  async widen(release: SetOwner, objects: readonly ObjectRef[]): Promise<void> {
    await this.#write(release, [...membersSaid(await this.#parent(release)), ...objects]);
  }

  /** Makes the parent name these objects alone. */
  async narrow(release: SetOwner, objects: readonly ObjectRef[]): Promise<void> {
    await this.#write(release, objects);
  }

  /**
   * All live members: those that the parent names, and of these objects those that carry the set's label. What a controller made and copied the labels to is none.
   * @param known objects that the records know, where the parent has gone
   */
  async members(release: SetOwner, known: readonly ObjectRef[] = []): Promise<readonly ManifestObject[]> {
    const refs = [...membersSaid(await this.#parent(release)), ...known];
    const unique = [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
    const found = await mapLimited(unique, CALLS_AT_ONCE, (ref) => this.objects.get(ref));
    const membership = membershipOf(release);
    return found.flatMap((live) => (live && ownerOf(live, membership) === 'ours' && !isControlled(live) ? [live] : []));
  }

  /** Removes the parent. */
  async dissolve(release: SetOwner): Promise<void> {
    const parent = await this.#parent(release);
    if (parent) await this.objects.delete(parentRef(release), readText(parent, 'metadata', 'uid'));
  }

  async #parent(release: SetOwner): Promise<ManifestObject | undefined> {
    const parent = await this.objects.get(parentRef(release));
    const tool = parent && foreignToolOf(parent);
    if (tool === undefined) return parent;
    throw new ReleaseFailure(
      `${refText(parentRef(release))} is there already, of ${tool}: it keeps the release's list`,
    );
  }

  async #write(release: SetOwner, members: readonly ObjectRef[]): Promise<void> {
    await this.objects.apply(parentOf(release, members), { fieldManager: FIELD_MANAGER, force: true });
  }
}

function isControlled(object: ManifestObject): boolean {
  return readList(object, 'metadata', 'ownerReferences').some(
    (owner) => (owner as { readonly controller?: boolean }).controller === true,
  );
}
