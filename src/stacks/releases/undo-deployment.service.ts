import { Injectable } from '@nestjs/common';
import { UnrecoverableJobError } from '../../jobs/job-errors.js';
import type { Applying } from './apply-objects.service.js';
import { CarryOutRevision, refsOf } from './carry-out-revision.service.js';
import { failureText } from './describe-error.js';
import { PruneRelease } from './prune-release.service.js';
import type { HeldRelease } from './release-holds.service.js';
import { ReleaseRecords, type ReleaseRevision } from './release-records.port.js';

/** What is to be done when a deployment fails: leave it as it is, put the last deployed revision back, or remove what the release has in the cluster. */
export type FailurePolicy = 'keep' | 'rollback' | 'remove';

/** What becomes of a release whose deployment has failed. May be begun anew after it died anywhere: that it failed stands in the records before. */
@Injectable()
export class UndoDeployment {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly carrying: CarryOutRevision,
    private readonly pruning: PruneRelease,
  ) {}

  /** @throws UnrecoverableJobError always, with what happened: the run has failed; before, whatever may pass */
  async undo(held: HeldRelease, failed: ReleaseRevision, policy: FailurePolicy, how: Applying): Promise<never> {
    const { name, deployed } = held.record;
    const revisions = await this.records.revisions(name);
    const last = revisions.find(({ number }) => number === deployed && number !== failed.number);
    const story = `Revision ${failed.number} has failed: ${failed.because.replace(/\.$/, '')}.`;
    if (policy === 'keep') return end(held, 'failed', story);
    if (policy === 'rollback' && last) return this.#rollBack(held, last, revisions, story, how);
    const known = revisions.flatMap((revision) => refsOf(held.record, revision));
    const { stuck } = await this.pruning.prune(held.record, [], known, how);
    await held.change({ deployed: null });
    return end(
      held,
      'failed',
      [`${story} What it had in the cluster was removed, but for what is kept.`, ...stuck].join(' '),
    );
  }

  async #rollBack(
    held: HeldRelease,
    last: ReleaseRevision,
    revisions: readonly ReleaseRevision[],
    story: string,
    how: Applying,
  ): Promise<never> {
    try {
      await this.carrying.carryOut(held.record, last, { ...how, begin: how.check, force: true });
    } catch (error) {
      const why = failureText(error);
      if (why === undefined) throw error;
      return end(held, 'failed', `${story} Revision ${last.number} could not be put back: ${why}`);
    }
    const known = revisions.flatMap((revision) => refsOf(held.record, revision));
    const { stuck } = await this.pruning.prune(held.record, refsOf(held.record, last), known, how);
    return end(held, 'deployed', [`${story} Revision ${last.number} was put back.`, ...stuck].join(' '));
  }
}

async function end(held: HeldRelease, state: 'deployed' | 'failed', because: string): Promise<never> {
  await held.change({ state, because, isDone: true });
  throw new UnrecoverableJobError(because);
}
