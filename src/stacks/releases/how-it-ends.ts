import { JobAbortedError } from '../../jobs/job-errors.js';
import type { JobContext } from '../../jobs/job-handler.js';
import { clusterErrorText, failureText } from './describe-error.js';

/** How an error ends a run for good. */
export interface RunEnd {
  readonly isCancelled: boolean;
  /** May be shown. */
  readonly because: string;
}

/** Whether an error ends its run: undefined when another attempt follows. A process that stops ends nothing, nor does a queue that has lost the job. */
export function howItEnds(
  { signal, attempt }: Pick<JobContext, 'signal' | 'attempt'>,
  error: unknown,
  attempts: number,
): RunEnd | undefined {
  const aborted = signal.aborted && signal.reason instanceof JobAbortedError ? signal.reason.reason : undefined;
  if (aborted === 'cancelled') return { isCancelled: true, because: 'it was cancelled' };
  if (aborted === 'shutdown' || aborted === 'lost') return undefined;
  const failure = aborted === undefined ? failureText(error) : undefined;
  if (failure !== undefined) return { isCancelled: false, because: failure };
  if (attempt < attempts) return undefined;
  const last =
    aborted === 'time limit' ? 'its time limit has passed' : (clusterErrorText(error) ?? 'an internal error');
  return { isCancelled: false, because: last };
}
