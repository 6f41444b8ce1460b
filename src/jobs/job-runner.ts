import { Injectable } from '@nestjs/common';
import { Log } from '../platform/log.js';
import { OwnMetrics } from '../platform/own-metrics.js';
import { JOB_CATALOGUE, type Job } from './job-catalogue.js';
import { isJobName } from './job-definition.js';
import { UnrecoverableJobError } from './job-errors.js';
import type { JobContext, JobHandler } from './job-handler.js';
import type { TakenJob } from './job-workers.port.js';
import { parsePayload } from './parse-payload.js';
import { RunTracker, type Tracked } from './run-tracker.js';

/** Brings a job that was taken off a queue to its handler. */
@Injectable()
export class JobRunner {
  readonly #durations;

  constructor(
    private readonly tracker: RunTracker,
    private readonly log: Log,
    metrics: OwnMetrics,
  ) {
    this.#durations = metrics.histogram('job_duration_seconds', 'How long attempts of jobs took.', ['job', 'outcome']);
  }

  /** @throws InvalidPayloadError, UnrecoverableJobError (no such job), and what the handler throws */
  async run(handlers: ReadonlyMap<Job, JobHandler<Job>>, job: TakenJob): Promise<unknown> {
    const beganMs = performance.now();
    const observe = (outcome: 'succeeded' | 'failed'): void =>
      this.#durations.observe({ job: job.name, outcome }, (performance.now() - beganMs) / 1000);
    try {
      const result = await this.#run(handlers, job);
      observe('succeeded');
      return result;
    } catch (error) {
      observe('failed');
      if (!job.signal.aborted)
        this.log.warn('An attempt of a job has failed', {
          job: job.name,
          id: job.id,
          attempt: job.attempt,
          // a refusal is a sentence for people, and where it was thrown says nothing more
          ...(error instanceof UnrecoverableJobError ? { reason: error.message } : { error }),
        });
      throw error;
    }
  }

  async #run(handlers: ReadonlyMap<Job, JobHandler<Job>>, job: TakenJob): Promise<unknown> {
    const handler = isJobName(JOB_CATALOGUE, job.name) ? handlers.get(job.name) : undefined;
    if (!handler || !isJobName(JOB_CATALOGUE, job.name)) throw new UnrecoverableJobError(`No handler for ${job.name}`);
    const handle = (tracked?: Tracked): Promise<unknown> =>
      handler.handle(parsePayload(JOB_CATALOGUE, job.name, job.payload), this.#context(job, tracked));
    if (!JOB_CATALOGUE.jobs[job.name].keepsRun) return handle();
    return this.tracker.track(job, handle);
  }

  #context(job: TakenJob, tracked?: Tracked): JobContext {
    return {
      ...(tracked ? { runId: tracked.runId } : {}),
      jobId: job.id,
      attempt: job.attempt,
      signal: job.signal,
      log: this.log.child({ job: job.name, ...(tracked ? { run: tracked.runId } : { jobId: job.id }) }),
      progress: (done, total, message) =>
        tracked?.progress({ done, ...(total === undefined ? {} : { total }), ...(message ? { message } : {}) }),
      children: () => job.children(),
    };
  }
}
