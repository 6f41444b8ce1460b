import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/log.js';
import { InvalidPayloadError, JobAbortedError, UnrecoverableJobError } from './job-errors.js';
import { PartialResult } from './job-handler.js';
import type { TakenJob } from './job-workers.port.js';
import { runIdOf, starterOf } from './run-id.js';
import { RunProgressWriter } from './run-progress.js';
import { RunRecords, type RunChange, type RunProgress } from './run-records.port.js';
import { shownError } from './shown-error.js';

/** What a tracked handler is given. */
export interface Tracked {
  readonly runId: string;
  readonly progress: (progress: RunProgress) => void;
}

/** Keeps the run of a job while its handler works: started, how far, and how it ended. */
@Injectable()
export class RunTracker {
  constructor(
    private readonly records: RunRecords,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Carries out `work` as an attempt of the job's run.
   *
   * @throws JobAbortedError when the run was cancelled before; whatever `work` throws
   */
  async track(job: TakenJob, work: (tracked: Tracked) => Promise<unknown>): Promise<unknown> {
    const runId = runIdOf(job.id);
    const holder = randomUUID();
    if (!(await this.#begin(job, runId, holder))) return this.#over(runId);
    const progress = new RunProgressWriter(this.records, runId, holder, this.log);
    try {
      const result = await work({ runId, progress: (newest) => progress.set(newest) });
      await progress.end();
      return await this.#succeed(runId, holder, result);
    } catch (error) {
      await progress.end();
      await this.#fail(job, runId, holder, error);
      throw error;
    }
  }

  async #begin(job: TakenJob, runId: string, holder: string): Promise<boolean> {
    const change = { to: 'running', holder, attempt: job.attempt, atMs: this.clock.now() } as const;
    if (await this.records.change(runId, change)) return true;
    await this.records.insert({
      id: runId,
      kind: job.name,
      jobId: job.id,
      payload: job.payload as object,
      startedBy: starterOf(job.id),
      createdAtMs: this.clock.now(),
    });
    return this.records.change(runId, change);
  }

  /** The run is over although its job was taken: it was cancelled, or the worker died right after its last step. */
  async #over(runId: string): Promise<unknown> {
    const run = await this.records.find(runId);
    if (run?.state === 'succeeded' || run?.state === 'partial') return run.result;
    throw run?.state === 'cancelled'
      ? new JobAbortedError('cancelled')
      : new UnrecoverableJobError(run?.error ?? 'The run is over');
  }

  async #succeed(runId: string, holder: string, value: unknown): Promise<unknown> {
    const end = { holder, atMs: this.clock.now() };
    if (!(value instanceof PartialResult)) {
      await this.records.change(runId, { to: 'succeeded', ...end, result: value });
      return value;
    }
    await this.records.change(runId, { to: 'partial', ...end, result: value.result, error: value.reason });
    return value.result;
  }

  /** A state that cannot be written is told; the sweeper mends it. */
  async #fail(job: TakenJob, runId: string, holder: string, error: unknown): Promise<void> {
    const change = this.#changeAfter(job, holder, error);
    try {
      await this.records.change(runId, change);
    } catch (cause) {
      this.log.warn('The end of an attempt could not be written', { run: runId, kind: job.name, error: cause });
    }
  }

  #changeAfter(job: TakenJob, holder: string, error: unknown): RunChange {
    const end = { holder, atMs: this.clock.now() };
    const aborted = job.signal.aborted && job.signal.reason instanceof JobAbortedError ? job.signal.reason.reason : '';
    if (aborted === 'cancelled') return { to: 'cancelled', ...end };
    if (aborted === 'shutdown' || aborted === 'lost') return { to: 'queued', ...end }; // the sweeper enqueues what is lost
    const isFinal = job.lastAttempt || error instanceof UnrecoverableJobError || error instanceof InvalidPayloadError;
    const shown = aborted === '' ? error : job.signal.reason; // what a handler throws when it is stopped is of its own making
    return isFinal ? { to: 'failed', ...end, error: shownError(shown) } : { to: 'queued', ...end };
  }
}
