import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import type { Run } from '../../jobs/run-records.port.js';
import { RunService } from '../../jobs/run.service.js';
import { Clock } from '../../platform/clock.js';
import { isKept } from '../core/is-kept.js';
import { refOf, type ObjectRef } from '../core/manifest-object.js';
import { CallerRights } from '../rights/caller-rights.service.js';
import { refsOf } from './carry-out-revision.service.js';
import { clusterProblem } from './cluster-problem.js';
import { ReleaseClaims } from './release-claims.service.js';
import { ReleaseData } from './release-data.service.js';
import { ReleaseRecords, type ReleaseRecord, type ReleaseRevision } from './release-records.port.js';

/** How a release is removed. */
export interface RemovalOptions {
  /** What becomes of volumes, CRDs and a namespace that was made for it. */
  readonly data: 'keep' | 'delete';
  readonly timeLimitMs: number;
}

/** Starts runs that take releases out of the cluster. */
@Injectable()
export class StartRemoval {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly claims: ReleaseClaims,
    private readonly rights: CallerRights,
    private readonly data: ReleaseData,
    private readonly runs: RunService,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError FORBIDDEN when the caller may not remove one of its objects; CONFLICT; UNAVAILABLE */
  async remove(record: ReleaseRecord, { data, timeLimitMs }: RemovalOptions, caller: Caller): Promise<Run> {
    const revisions = await this.records.revisions(record.name);
    const refs = revisions.flatMap((revision) => refsOf(record, revision));
    try {
      const remove = data === 'delete' ? [...refs, ...(await this.#data(record, revisions))] : refs;
      await this.rights.check(caller, { apply: [], remove: remove.filter((ref) => data === 'delete' || !isKept(ref)) });
    } catch (error) {
      throw clusterProblem(error);
    }
    const id = randomUUID();
    await this.claims.claim(record, { run: id, work: 'remove', atMs: this.clock.now() });
    return this.runs.start('stacks.remove', { release: record.name, data, timeLimitMs }, caller.name, { id });
  }

  /** What goes only with its data and stands in no revision. */
  async #data(record: ReleaseRecord, revisions: readonly ReleaseRevision[]): Promise<readonly ObjectRef[]> {
    const namespace = await this.data.ownNamespace(record);
    const claims = await this.data.claims(record, revisions);
    return [...claims, ...(namespace ? [namespace] : [])].map(refOf);
  }
}
