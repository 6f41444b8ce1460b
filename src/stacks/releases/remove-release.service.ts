import { Injectable } from '@nestjs/common';
import { JOB_CATALOGUE, type PayloadOf } from '../../jobs/job-catalogue.js';
import { UnrecoverableJobError } from '../../jobs/job-errors.js';
import type { JobContext } from '../../jobs/job-handler.js';
import { isKept } from '../core/is-kept.js';
import { refOf, refText, type ManifestObject } from '../core/manifest-object.js';
import { ApplySets } from './apply-sets.service.js';
import { refsOf } from './carry-out-revision.service.js';
import { DeleteObjects } from './delete-objects.service.js';
import { howItEnds } from './how-it-ends.js';
import { ReleaseData, type MadeNamespaces } from './release-data.service.js';
import { ReleaseFailure } from './release-failure.js';
import { ReleaseHolds, type HeldRelease } from './release-holds.service.js';
import { ReleaseMetrics } from './release-metrics.js';
import { ReleaseRecords } from './release-records.port.js';
import type { Waiting } from './wait-for-objects.service.js';

type Payload = PayloadOf<'stacks.remove'>;

const LOOK_EVERY_MS = 1_000;
const NO_NAMESPACES: MadeNamespaces = { empty: [], occupied: [] };

/** What a removal came to. */
export interface Removed {
  readonly release: string;
  readonly removed: number;
  /** What stays in the cluster: namespaces, CRDs and volumes, unless data was to go as well. */
  readonly kept: readonly string[];
}

/** Takes a release out of the cluster: what carries its ApplySet's label and nothing else, each object while it is the very one that was found. */
@Injectable()
export class RemoveRelease {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly holds: ReleaseHolds,
    private readonly sets: ApplySets,
    private readonly deleting: DeleteObjects,
    private readonly data: ReleaseData,
    private readonly metrics: ReleaseMetrics,
  ) {}

  /** @throws UnrecoverableJobError when it has failed; errors of the cluster that may pass; the signal's reason */
  async remove(
    payload: Payload,
    run: string,
    context: Pick<JobContext, 'signal' | 'progress' | 'attempt'>,
    lookEveryMs: number = LOOK_EVERY_MS,
  ): Promise<Removed> {
    const { release, timeLimitMs: limitMs } = payload;
    const held = await this.holds.take(release, run);
    if (!held) return gone(release, (await this.records.find(release)) !== undefined);
    const how = {
      limitMs,
      lookEveryMs,
      signal: context.signal,
      progress: (done: number, total: number, message: string) => context.progress(done, total, message),
    };
    try {
      return await this.#remove(payload, held, how);
    } catch (error) {
      throw await this.#failed(held, context, error);
    }
  }

  async #remove({ release, data }: Payload, held: HeldRelease, how: Waiting): Promise<Removed> {
    const { record } = held;
    const revisions = await this.records.revisions(release);
    const members = await this.sets.members(
      record,
      revisions.flatMap((revision) => refsOf(record, revision)),
    );
    const isToGo = (live: ManifestObject): boolean => !isKept(live) || (data === 'delete' && live.kind !== 'Namespace');
    const going = members.filter(isToGo);
    const stuck = [...(await this.deleting.delete(going, how))];
    const claims = data === 'delete' ? await this.data.claims(record, revisions) : [];
    stuck.push(...(await this.deleting.delete(claims, how)));
    if (stuck.length > 0) throw new ReleaseFailure(stuck.join('; '));
    await this.sets.dissolve(record);
    const { empty, occupied } = data === 'delete' ? await this.data.namespaces(record, members, how) : NO_NAMESPACES;
    stuck.push(...(await this.deleting.delete(empty, how)));
    if (stuck.length > 0) throw new ReleaseFailure(stuck.join('; '));
    const isLeft = (live: ManifestObject): boolean =>
      !isToGo(live) && ![...empty, ...occupied].some((other) => sameRef(other, live));
    const left = [...members.filter(isLeft), ...occupied];
    await held.remove();
    this.metrics.ended('remove', 'succeeded');
    return {
      release,
      removed: going.length + claims.length + empty.length,
      kept: left.map((live) => refText(refOf(live))),
    };
  }

  /** What is thrown in the place of an error. An error that ends the run ends the claim too, so that the removal can be asked for again. */
  async #failed(held: HeldRelease, context: Pick<JobContext, 'signal' | 'attempt'>, error: unknown): Promise<unknown> {
    if (error instanceof UnrecoverableJobError) return error;
    const end = howItEnds(context, error, JOB_CATALOGUE.jobs['stacks.remove'].attempts);
    if (!end) return error;
    const because = `Its removal ${end.isCancelled ? 'was cancelled' : `has failed: ${end.because}`}`;
    await held.change({ state: 'failed', because, isDone: true });
    this.metrics.ended('remove', end.isCancelled ? 'cancelled' : 'failed');
    return end.isCancelled ? error : new UnrecoverableJobError(because);
  }
}

/** The run died right after its last step; or another has the release. */
function gone(release: string, isThere: boolean): Removed {
  if (isThere) throw new UnrecoverableJobError(`Another run has taken the release ${release}`);
  return { release, removed: 0, kept: [] };
}

function sameRef(one: ManifestObject, other: ManifestObject): boolean {
  return refText(refOf(one)) === refText(refOf(other));
}
