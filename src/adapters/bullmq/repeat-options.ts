import { isDeepStrictEqual } from 'node:util';
import type { JobSchedulerJson, RepeatOptions } from 'bullmq';
import type { Cadence } from '../../jobs/job-queue.port.js';

/** A schedule whose next run is overdue by this much has lost its next job and is made again. */
const OVERDUE_MS = 60_000;

export function repeatOf(cadence: Cadence): Omit<RepeatOptions, 'key'> {
  return 'everyMs' in cadence ? { every: cadence.everyMs } : { pattern: cadence.cron, tz: cadence.timeZone };
}

export function cadenceOf({ every, pattern, tz }: Pick<JobSchedulerJson, 'every' | 'pattern' | 'tz'>): Cadence {
  return every === undefined ? { cron: pattern ?? '', timeZone: tz ?? 'UTC' } : { everyMs: every };
}

/** Whether a scheduler that stands in the queue already does what is asked for. */
export function isSameSchedule(
  present: JobSchedulerJson,
  cadence: Cadence,
  name: string,
  data: object,
  nowMs: number,
): boolean {
  return (
    present.name === name &&
    isDeepStrictEqual(cadenceOf(present), cadence) &&
    isDeepStrictEqual(present.template?.data ?? {}, data) &&
    (present.next ?? 0) > nowMs - OVERDUE_MS
  );
}
