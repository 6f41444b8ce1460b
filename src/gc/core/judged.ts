import type { KeptItem, PlannedRemoval } from './plan.js';

/** What one planner decided of the things of its kind. */
export interface Judged {
  readonly remove: readonly PlannedRemoval[];
  readonly kept: readonly KeptItem[];
}
