import { SetMetadata } from '@nestjs/common';
import type { BuiltInSchedule } from './built-in-schedules.js';

/** A schedule that belongs to something else of the program's. */
export type OwnedSchedule = BuiltInSchedule & {
  /** What it is changed with: `policy nightly`. */
  readonly managedBy: string;
};

/**
 * Schedules that a feature keeps in records of its own. They are listed with the others and mirrored into the queue, and cannot be changed by a call
 * on schedules. Their names hold a dot, which no name that a user gives may hold.
 */
export interface ScheduleSource {
  schedules(): Promise<readonly OwnedSchedule[]>;
}

/** Metadata key of `@SuppliesSchedules`. */
export const SUPPLIES_SCHEDULES = Symbol('SUPPLIES_SCHEDULES');

/** Marks a provider as a source of schedules. */
export function SuppliesSchedules(): (source: new (...args: never[]) => ScheduleSource) => void {
  return (source) => {
    SetMetadata(SUPPLIES_SCHEDULES, true)(source);
  };
}
