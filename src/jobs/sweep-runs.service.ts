import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/log.js';
import { JOB_CATALOGUE, type Job } from './job-catalogue.js';
import { isJobName } from './job-definition.js';
import { JobQueue, type FoundJob } from './job-queue.port.js';
import { RunRecords, type Run, type RunChange } from './run-records.port.js';

/** A run that has changed this lately is left alone: whoever changed it is about to tell the queue, or the other way round. */
const SETTLED_MS = 15_000;
const BATCH = 500;

/** What a sweep did, run by run. */
export type Swept = 'alive' | 'enqueued' | 'closed';

/**
 * Brings runs and queue together after a crash between the two, or a queue that lost its jobs: a run that is not over and has no job gets one again, and
 * one whose job is over is closed with what the job came to.
 */
@Injectable()
export class SweepRuns {
  constructor(
    private readonly records: RunRecords,
    private readonly queue: JobQueue,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** One sweep over all unfinished runs; tells how many were enqueued again and how many were closed. */
  async sweep(signal: AbortSignal): Promise<Record<Swept, number>> {
    const counts = { alive: 0, enqueued: 0, closed: 0 };
    for (const run of await this.records.unfinished(this.clock.now() - SETTLED_MS, BATCH)) {
      signal.throwIfAborted();
      counts[await this.#mend(run)]++;
    }
    if (counts.enqueued + counts.closed > 0) this.log.info('Runs and queue were brought together', counts);
    return counts;
  }

  async #mend(run: Run): Promise<Swept> {
    const { kind } = run;
    if (!isJobName(JOB_CATALOGUE, kind)) return this.#close(run, `There are no jobs ${kind} any more`);
    const job = await this.queue.find(kind, run.jobId);
    if (!job) return this.#enqueue(run, kind);
    if (job.state === 'completed' || job.state === 'failed') return this.#closeAs(run, job);
    return 'alive';
  }

  /** A run that was begun as often as its kind may be tried is not begun again: it may be what ends its workers. */
  async #enqueue(run: Run, kind: Job): Promise<Swept> {
    const { attempts } = JOB_CATALOGUE.jobs[kind];
    if (run.attempt >= attempts && run.state === 'running')
      return this.#close(run, 'Its worker ended and its job is gone');
    if (!(await this.records.change(run.id, { to: 'queued', atMs: this.clock.now() }))) return 'alive';
    await this.queue.enqueue(kind, run.payload, { id: run.id });
    return 'enqueued';
  }

  async #closeAs(run: Run, job: FoundJob): Promise<Swept> {
    const change: RunChange =
      job.state === 'completed'
        ? { to: 'succeeded', atMs: this.clock.now(), result: job.result }
        : { to: 'failed', atMs: this.clock.now(), error: 'Its worker ended before it could tell how the run went' };
    await this.records.change(run.id, change);
    return 'closed';
  }

  async #close(run: Run, error: string): Promise<Swept> {
    await this.records.change(run.id, { to: 'failed', atMs: this.clock.now(), error });
    return 'closed';
  }
}
