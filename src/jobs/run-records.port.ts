export const RUN_STATES = ['queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];
/** A run in one of these is over: nothing changes it any more. */
export type FinalRunState = Exclude<RunState, 'queued' | 'running'>;

export interface RunProgress {
  readonly done: number;
  /** Absent while it is not known. */
  readonly total?: number;
  readonly message?: string;
}

/** One execution of a job that keeps a run. */
export interface Run {
  /** UUID. */
  readonly id: string;
  /** The job's name in the catalogue. */
  readonly kind: string;
  /** The job's id in the queue: the run's own, unless a schedule released it. */
  readonly jobId: string;
  readonly state: RunState;
  readonly payload: object;
  readonly progress: RunProgress;
  /** 0 while it has not started. */
  readonly attempt: number;
  /** The caller's name, or `schedule:<name>`. */
  readonly startedBy: string;
  /** All instants: ms since the epoch. */
  readonly createdAtMs: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly result?: unknown;
  /** Why it failed or is partial; may be shown. */
  readonly error?: string;
  /** The run that this one repeats. */
  readonly retryOf?: string;
  /** Counts every change; 1 at first. */
  readonly version: number;
}

export type NewRun = Pick<Run, 'id' | 'kind' | 'jobId' | 'payload' | 'startedBy' | 'createdAtMs' | 'retryOf'>;

/** A change of state. `holder` is the random name of one take of the job: whoever took it last. */
export type RunChange =
  | { readonly to: 'running'; readonly holder: string; readonly attempt: number; readonly atMs: number }
  | { readonly to: 'queued'; readonly holder?: string; readonly atMs: number }
  | {
      readonly to: FinalRunState;
      readonly holder?: string;
      readonly atMs: number;
      readonly result?: unknown;
      readonly error?: string;
    };

/** Which runs; every given field must match. */
export interface RunFilter {
  readonly kind?: string;
  readonly state?: RunState;
  /** Those whose payload has these fields with these values. */
  readonly payload?: object;
}

/**
 * The runs: what is true about background work, whatever the queue says.
 *
 * Contract: what resolved is durable. A run that is over is never changed. A change or progress with a `holder` is made only while that holder is the
 * one that took the run last, so a worker that comes late changes nothing. Lists are newest first: by creation, then id, descending.
 */
export abstract class RunRecords {
  /** Adds a queued run; tells false, and changes nothing, when there is one of that id. */
  abstract insert(run: NewRun): Promise<boolean>;

  abstract find(id: string): Promise<Run | undefined>;

  /** @param after creation and id of the last row of the page before */
  abstract list(
    filter: RunFilter,
    limit: number,
    after?: { readonly createdAtMs: number; readonly id: string },
  ): Promise<Run[]>;

  /** Changes the state; tells false when the run is over, is not there or is held by another. */
  abstract change(id: string, change: RunChange): Promise<boolean>;

  /** Notes how far a running run is; tells false as `change` does. */
  abstract progress(id: string, holder: string, progress: RunProgress): Promise<boolean>;

  /** Runs that are not over and have not changed since, oldest change first. */
  abstract unfinished(unchangedSinceMs: number, limit: number): Promise<Run[]>;

  /** Removes at most `limit` runs that were over before then; tells how many. */
  abstract trim(finishedBeforeMs: number, limit: number): Promise<number>;
}
