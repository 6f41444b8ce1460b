import { Injectable } from '@nestjs/common';
import { RunRecords } from '../../jobs/run-records.port.js';
import { Clock } from '../../platform/clock.js';
import { ProblemError } from '../../platform/errors.js';
import { ReleaseRecords, type NewRevision, type ReleaseClaim, type ReleaseRecord } from './release-records.port.js';

/** A run that is over has so long to let go of its release: its handler stops between two steps. */
const LAST_STEP_MS = 15_000;
/** A claim is followed by its run at once; when there is none after so long, whoever made the claim has died. */
const NO_RUN_MS = 60_000;

/** Gives releases to runs, one at a time. */
@Injectable()
export class ReleaseClaims {
  constructor(
    private readonly records: ReleaseRecords,
    private readonly runs: RunRecords,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes a release for a run, with a revision where one is given.
   * @throws ProblemError CONFLICT naming the run that has it
   */
  async claim(record: ReleaseRecord, claim: ReleaseClaim, revision?: NewRevision): Promise<ReleaseRecord> {
    const taken = await this.records.claim((await this.settled(record)).name, claim, revision);
    if (taken) return taken;
    const now = await this.records.find(record.name);
    if (!now) throw new ProblemError('NOT_FOUND', `There is no release ${record.name}`);
    const run = now.claim?.run ?? 'which has just ended';
    throw new ProblemError('CONFLICT', `The run ${run} has the release ${record.name}: wait for it, or cancel it`);
  }

  /** The release, freed of a claim whose run is over without having said so: its worker has died for good. */
  async settled(record: ReleaseRecord): Promise<ReleaseRecord> {
    const { name, claim } = record;
    const because = claim && (await this.#whyOver(claim));
    if (!claim || because === undefined) return record;
    const [newest] = await this.records.revisions(name, [record.newest]);
    const isOpen = claim.work === 'deploy' && (newest?.outcome === 'pending' || newest?.outcome === 'applying');
    await this.records.change(name, claim, {
      atMs: this.clock.now(),
      state: 'failed',
      because,
      ...(isOpen ? { revision: { number: record.newest, outcome: 'failed', because } } : {}),
      isDone: true,
    });
    return (await this.records.find(name)) ?? record;
  }

  async #whyOver({ run: id, atMs }: ReleaseClaim): Promise<string | undefined> {
    const nowMs = this.clock.now();
    const run = await this.runs.find(id);
    if (!run) return nowMs - atMs > NO_RUN_MS ? 'Its run was never begun' : undefined;
    if (run.finishedAtMs === undefined || nowMs - run.finishedAtMs <= LAST_STEP_MS) return undefined;
    return run.error ?? `Its run has ended: ${run.state}`;
  }
}
