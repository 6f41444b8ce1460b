import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import { isInstant } from '../auth/cursor-parts.js';
import { isUuid } from '../core/is-uuid.js';
import { Clock } from '../platform/clock.js';
import { invalidInput, ProblemError } from '../platform/errors.js';
import { decodeCursor, encodeCursor, type Page } from '../platform/http/paging.js';
import { Log } from '../platform/log.js';
import type { InputOf, Job } from './job-catalogue.js';
import { JOB_CATALOGUE } from './job-catalogue.js';
import { isJobName } from './job-definition.js';
import { JobQueue } from './job-queue.port.js';
import { startableKind } from './may-start.js';
import { parsePayload } from './parse-payload.js';
import { RunRecords, type Run, type RunFilter } from './run-records.port.js';

const POLL_MS = 1_000;

/** Runs, for those who start, watch and stop them. */
@Injectable()
export class RunService {
  constructor(
    private readonly records: RunRecords,
    private readonly queue: JobQueue,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Starts a run of a kind that keeps runs: the row first, then the job. A queue that is away delays the run (the sweeper enqueues it) and does not fail it.
   *
   * @param startedBy the caller's name
   * @param options `id`: a new UUID under which the starter has noted the run already
   * @throws InvalidPayloadError
   */
  async start<N extends Job>(
    kind: N,
    payload: InputOf<N>,
    startedBy: string,
    { id = randomUUID(), retryOf }: { readonly id?: string; readonly retryOf?: string } = {},
  ): Promise<Run> {
    if (!JOB_CATALOGUE.jobs[kind].keepsRun) throw new Error(`${kind} keeps no run`);
    const parsed = parsePayload(JOB_CATALOGUE, kind, payload);
    const createdAtMs = this.clock.now();
    await this.records.insert({
      id,
      kind,
      jobId: id,
      payload: parsed,
      startedBy,
      createdAtMs,
      ...(retryOf === undefined ? {} : { retryOf }),
    });
    try {
      await this.queue.enqueue(kind, payload, { id });
    } catch (error) {
      this.log.warn('A run waits for the queue to come back', { run: id, kind, error });
    }
    return this.get(id);
  }

  /** @throws ProblemError NOT_FOUND */
  async get(id: string): Promise<Run> {
    const run = await this.records.find(id);
    if (!run) throw new ProblemError('NOT_FOUND', `There is no run ${id}`);
    return run;
  }

  /** Newest first. */
  async list(filter: RunFilter, limit: number, cursor?: string): Promise<Page<Run>> {
    const rows = await this.records.list(filter, limit + 1, cursor === undefined ? undefined : placeOf(cursor));
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return rows.length > limit && last ? { items, nextCursor: encodeCursor([last.createdAtMs, last.id]) } : { items };
  }

  /**
   * Cancels a run that is not over: it is so at once in the records, and its handler stops between two steps.
   *
   * @throws ProblemError NOT_FOUND; CONFLICT when it is over
   */
  async cancel(id: string): Promise<Run> {
    const run = await this.get(id);
    if (!(await this.records.change(id, { to: 'cancelled', atMs: this.clock.now() })))
      throw new ProblemError('CONFLICT', `The run ${id} is over: ${(await this.get(id)).state}`);
    if (isJobName(JOB_CATALOGUE, run.kind)) {
      const { kind } = run;
      try {
        await this.queue.cancel(kind, run.jobId);
        if (run.jobId !== id) await this.queue.cancel(kind, id); // the sweeper enqueues under the run's own id
      } catch (error) {
        this.log.warn('The job of a cancelled run could not be told', { run: id, kind, error });
      }
    }
    return this.get(id);
  }

  /**
   * A new run that does the same again.
   *
   * @throws ProblemError NOT_FOUND; CONFLICT unless the run has failed, is partial or was cancelled; UNPROCESSABLE when its kind is gone; FORBIDDEN
   */
  async retry(id: string, caller: Caller): Promise<Run> {
    const { kind, state, payload } = await this.get(id);
    if (state === 'queued' || state === 'running' || state === 'succeeded')
      throw new ProblemError('CONFLICT', `The run ${id} is ${state}: only one that did not succeed can be retried`);
    const job = startableKind(kind, caller);
    return this.start(job, payload, caller.name, { retryOf: id });
  }

  /**
   * The run each time it has changed, and at the end its final state. Whichever process changes it: the records are asked each second.
   *
   * @param afterVersion what the reader has seen already; 0 for nothing
   * @throws ProblemError NOT_FOUND
   */
  async watch(id: string, afterVersion: number): Promise<(signal: AbortSignal) => AsyncGenerator<Run>> {
    await this.get(id);
    return (signal) => this.#changes(id, afterVersion, signal);
  }

  async *#changes(id: string, afterVersion: number, signal: AbortSignal): AsyncGenerator<Run> {
    let seen = afterVersion;
    while (!signal.aborted) {
      const run = await this.get(id);
      if (run.version > seen) yield run;
      if (run.finishedAtMs !== undefined) return;
      seen = Math.max(seen, run.version);
      await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** @throws ProblemError 400 when the cursor is none of this list */
function placeOf(cursor: string): { createdAtMs: number; id: string } {
  const [createdAtMs, id] = decodeCursor(cursor, 2);
  if (isInstant(createdAtMs) && typeof id === 'string' && isUuid(id)) return { createdAtMs, id };
  throw invalidInput('cursor', 'is not a cursor of this list; leave it out to begin at the start');
}
