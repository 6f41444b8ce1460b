import { ProblemError } from '../platform/errors.js';
import { InvalidPayloadError, JobAbortedError, UnrecoverableJobError } from './job-errors.js';

/** What a run tells of an error: only messages that were written to be shown. */
export function shownError(error: unknown): string {
  if (error instanceof ProblemError) return error.detail;
  const isMeant =
    error instanceof UnrecoverableJobError || error instanceof InvalidPayloadError || error instanceof JobAbortedError;
  return isMeant ? error.message : "An internal error; the program's log tells more under the run's id";
}
