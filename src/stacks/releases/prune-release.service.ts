import { Injectable } from '@nestjs/common';
import { isKept } from '../core/is-kept.js';
import { refKey, refOf, type ObjectRef } from '../core/manifest-object.js';
import type { SetOwner } from './apply-set.js';
import { ApplySets } from './apply-sets.service.js';
import { DeleteObjects } from './delete-objects.service.js';
import type { Waiting } from './wait-for-objects.service.js';

/** What a prune came to. */
export interface Pruned {
  readonly removed: number;
  /** What is not gone yet and what it waits for, a sentence each. */
  readonly stuck: readonly string[];
}

/** Removes what is in the cluster for a release and is not (any longer) part of it. Namespaces, CRDs and volumes stay. */
@Injectable()
export class PruneRelease {
  constructor(
    private readonly sets: ApplySets,
    private readonly deleting: DeleteObjects,
  ) {}

  /** @param known objects of other revisions, in case the set's parent has lost its list */
  async prune(
    release: SetOwner,
    wanted: readonly ObjectRef[],
    known: readonly ObjectRef[],
    how: Waiting,
  ): Promise<Pruned> {
    const keys = new Set(wanted.map(refKey));
    const members = await this.sets.members(release, [...wanted, ...known]);
    const left = members.filter((live) => !keys.has(refKey(refOf(live))) && !isKept(live));
    const stuck = await this.deleting.delete(left, how);
    // what stays of a former revision must be found again when the release is removed
    const kept = members.filter((live) => isKept(live)).map(refOf);
    if (stuck.length === 0) await this.sets.narrow(release, [...wanted, ...kept]);
    return { removed: left.length - stuck.length, stuck };
  }
}
