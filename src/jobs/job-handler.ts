import { SetMetadata } from '@nestjs/common';
import type { Log } from '../platform/log.js';
import type { Job, PayloadOf } from './job-catalogue.js';
import type { ChildOutcomes } from './job-workers.port.js';

/** What a handler is given besides its payload. */
export interface JobContext {
  /** The run whose row is kept, for kinds that keep one. */
  readonly runId?: string;
  /** The queue's id of the job. */
  readonly jobId: string;
  /** 1 for the first attempt. A handler may have run before with the same payload, to any point. */
  readonly attempt: number;
  /** Aborted at the time limit, by a cancellation and when the process stops. Check it between two steps and hand it on to whatever waits. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Says how far the work is; written to the run at most once a second, so it may be called often. */
  progress(done: number, total?: number, message?: string): void;
  /** For the parent of a flow: what its children came to. */
  children(): Promise<ChildOutcomes>;
}

/** Carries out one kind of job. It may be run twice and may die anywhere: what it does must be the same when it is done again. */
export interface JobHandler<N extends Job> {
  /** @returns the result: JSON, shown in the run, or a `PartialResult` */
  handle(payload: PayloadOf<N>, context: JobContext): Promise<unknown>;
}

/** Returned by a handler that did some of its work and not the rest: the run ends as `partial`. */
export class PartialResult {
  constructor(
    readonly result: unknown,
    /** What is missing and why; shown to clients. */
    readonly reason: string,
  ) {}
}

/** Metadata key of `@HandlesJob`. */
export const HANDLES_JOB = Symbol('HANDLES_JOB');

/** Marks a provider as the one handler of a job of the catalogue; the class implements `JobHandler<name>`. */
export function HandlesJob<N extends Job>(name: N): (handler: new (...args: never[]) => JobHandler<N>) => void {
  return (handler) => {
    SetMetadata(HANDLES_JOB, name)(handler);
  };
}
