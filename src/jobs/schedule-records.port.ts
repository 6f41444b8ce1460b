import type { Cadence } from './job-queue.port.js';

/** A schedule that somebody made. Those built in are not in the records. */
export interface ScheduleRecord {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  /** The job's name in the catalogue. */
  readonly kind: string;
  readonly payload: object;
  readonly cadence: Cadence;
  readonly createdBy: string;
  /** ms since the epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** The schedules. Contract: what resolved is durable; lists are ordered by name. */
export abstract class ScheduleRecords {
  /** Tells false, and changes nothing, when the name is taken. */
  abstract insert(schedule: ScheduleRecord): Promise<boolean>;
  abstract find(name: string): Promise<ScheduleRecord | undefined>;
  abstract list(): Promise<ScheduleRecord[]>;
  /** Replaces what and when; who made it and when it was made stay. Tells false when there is none of that name. */
  abstract update(
    schedule: Pick<ScheduleRecord, 'name' | 'kind' | 'payload' | 'cadence' | 'updatedAtMs'>,
  ): Promise<boolean>;
  /** Tells whether there was one. */
  abstract remove(name: string): Promise<boolean>;
}
