import { Injectable } from '@nestjs/common';
import { JOB_CATALOGUE, type PayloadOf } from '../../jobs/job-catalogue.js';
import { UnrecoverableJobError } from '../../jobs/job-errors.js';
import { PartialResult, type JobContext } from '../../jobs/job-handler.js';
import type { Applying } from './apply-objects.service.js';
import { membershipOf } from './apply-set.js';
import { CarryOutRevision, refsOf } from './carry-out-revision.service.js';
import { failureText } from './describe-error.js';
import { howItEnds } from './how-it-ends.js';
import { PruneRelease } from './prune-release.service.js';
import { ReleaseHolds, type HeldRelease } from './release-holds.service.js';
import { ReleaseMetrics } from './release-metrics.js';
import {
  ReleaseRecords,
  type ReleaseChange,
  type ReleaseRecord,
  type ReleaseRevision,
  type RevisionOutcome,
} from './release-records.port.js';
import { UndoDeployment } from './undo-deployment.service.js';

type Payload = PayloadOf<'stacks.deploy'>;

const LOOK_EVERY_MS = 500;

/** What a deployment came to. */
export interface Deployed {
  readonly release: string;
  readonly revision: number;
  readonly objects: number;
  /** What left the release and is gone. */
  readonly removed: number;
  readonly notes: string;
}

/**
 * Deploys a revision of a release, or puts it back where it has drifted. What was decided stands in the records before the next step begins, and every step may be done
 * again: a handler that died anywhere is begun anew and comes to the same end.
 */
@Injectable()
export class DeployRelease {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly holds: ReleaseHolds,
    private readonly carrying: CarryOutRevision,
    private readonly pruning: PruneRelease,
    private readonly undoing: UndoDeployment,
    private readonly metrics: ReleaseMetrics,
  ) {}

  /** @throws UnrecoverableJobError when it has failed; errors of the cluster that may pass; the signal's reason */
  async deploy(
    payload: Payload,
    run: string,
    context: Pick<JobContext, 'signal' | 'progress' | 'attempt'>,
    lookEveryMs: number = LOOK_EVERY_MS,
  ): Promise<Deployed | PartialResult> {
    const held = await this.holds.take(payload.release, run);
    const [revision] = await this.records.revisions(payload.release, [payload.revision]);
    if (!held || !revision) return ended(payload, revision, await this.records.find(payload.release));
    const attempt: Attempt = {
      payload,
      held,
      revision,
      context,
      hasBegun: payload.work === 'deploy' && revision.outcome !== 'pending',
    };
    try {
      return await this.#carryOut(attempt, this.#how(attempt, lookEveryMs));
    } catch (error) {
      throw await this.#failed(attempt, error);
    }
  }

  #how(attempt: Attempt, lookEveryMs: number): Applying {
    const { payload, held, context } = attempt;
    return {
      force: payload.force || payload.work === 'correct',
      replace: payload.replace,
      membership: membershipOf(held.record),
      limitMs: payload.timeLimitMs,
      lookEveryMs,
      signal: context.signal,
      progress: (done, total, message) => context.progress(done, total, message),
      check: () => held.check(),
      begin: async () => {
        await this.#note(attempt, { outcome: 'applying', because: 'it is being applied' }, {});
        attempt.hasBegun = true;
      },
    };
  }

  async #carryOut(attempt: Attempt, how: Applying): Promise<Deployed | PartialResult> {
    const { payload, held, revision } = attempt;
    if (revision.outcome === 'failed' && payload.work === 'deploy')
      return this.undoing.undo(held, revision, payload.onFailure, how);
    try {
      await this.carrying.carryOut(held.record, revision, how);
    } catch (error) {
      const why = failureText(error);
      if (why === undefined) throw error;
      return await this.#undo(attempt, why, how);
    }
    const because = payload.work === 'correct' ? 'what had drifted was put back' : 'all objects are ready';
    await this.#note(
      attempt,
      { outcome: 'succeeded', because },
      { state: 'deployed', because, deployed: revision.number },
    );
    return this.#finish(attempt, how);
  }

  async #undo(attempt: Attempt, why: string, how: Applying): Promise<never> {
    const { payload, held, revision } = attempt;
    this.metrics.ended(payload.work, 'failed');
    if (!attempt.hasBegun || payload.work === 'correct') {
      const because = attempt.hasBegun ? `It could not be put back: ${why}` : `Nothing was applied. ${why}`;
      const state = attempt.hasBegun || held.record.deployed === undefined ? 'failed' : held.record.state;
      await this.#note(attempt, { outcome: 'failed', because }, { state, because, isDone: true });
      throw new UnrecoverableJobError(because);
    }
    await this.#note(attempt, { outcome: 'failed', because: why }, { state: 'failed', because: why });
    return this.undoing.undo(held, { ...revision, because: why }, payload.onFailure, how);
  }

  async #finish({ held, revision, payload }: Attempt, how: Applying): Promise<Deployed | PartialResult> {
    const wanted = refsOf(held.record, revision);
    const known = (await this.records.revisions(held.record.name)).flatMap((other) => refsOf(held.record, other));
    const { removed, stuck } = await this.pruning.prune(held.record, wanted, known, how);
    await held.change({ isDone: true });
    this.metrics.ended(payload.work, 'succeeded');
    const result = {
      release: held.record.name,
      revision: revision.number,
      objects: wanted.length,
      removed,
      notes: revision.notes,
    };
    return stuck.length === 0 ? result : new PartialResult(result, stuck.join('; '));
  }

  /** What is thrown in the place of an error. An error that ends the run ends the release's claim too. */
  async #failed(attempt: Attempt, error: unknown): Promise<unknown> {
    if (error instanceof UnrecoverableJobError) return error;
    const { payload, context } = attempt;
    const end = howItEnds(context, error, JOB_CATALOGUE.jobs['stacks.deploy'].attempts);
    if (!end) return error;
    const because = end.isCancelled ? 'It was cancelled; what was applied by then stays' : end.because;
    const outcome = end.isCancelled ? 'cancelled' : 'failed';
    await this.#note(attempt, { outcome, because }, { state: 'failed', because, isDone: true });
    this.metrics.ended(payload.work, outcome);
    return end.isCancelled ? error : new UnrecoverableJobError(because);
  }

  /** Changes the release, and its revision too where it is this run that deploys it and it has not ended. */
  async #note(
    { payload, held, revision: { number } }: Attempt,
    revision: { readonly outcome: Exclude<RevisionOutcome, 'pending'>; readonly because: string },
    change: Omit<ReleaseChange, 'atMs' | 'revision'>,
  ): Promise<void> {
    await held.change({ ...change, ...(payload.work === 'correct' ? {} : { revision: { number, ...revision } }) });
  }
}

interface Attempt {
  readonly payload: Payload;
  readonly held: HeldRelease;
  readonly revision: ReleaseRevision;
  readonly context: Pick<JobContext, 'signal' | 'progress' | 'attempt'>;
  /** Whether anything may have been applied, in this attempt or one before. */
  hasBegun: boolean;
}

/** The run had the release before, and died right after its last step; or another has it. */
function ended(
  { release, work }: Payload,
  revision: ReleaseRevision | undefined,
  record: ReleaseRecord | undefined,
): Deployed {
  if (revision?.outcome === 'succeeded' || (revision && work === 'correct'))
    return { release, revision: revision.number, objects: revision.objects.length, removed: 0, notes: revision.notes };
  const isOver = revision?.outcome === 'failed' || revision?.outcome === 'cancelled';
  const isNewest = record && !record.claim && record.newest === revision?.number;
  if (isOver) throw new UnrecoverableJobError(isNewest ? record.because : revision.because);
  throw new UnrecoverableJobError(`Another run has taken the release ${release}`);
}
