import { createHash } from 'node:crypto';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * The run of a job: the job's own id when that is a UUID, else (a schedule has released it) a UUID made of the id, the same for each take of the job.
 */
export function runIdOf(jobId: string): string {
  if (UUID.test(jobId)) return jobId;
  const hash = createHash('sha256').update(`quartermaster run ${jobId}`).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

const RELEASED = /^repeat:(.+):\d+$/;

/** Who started a job that nobody started by a call. */
export function starterOf(jobId: string): string {
  const schedule = RELEASED.exec(jobId)?.[1];
  return schedule === undefined ? 'quartermaster' : `schedule:${schedule}`;
}
