import { readList, readText } from './read-field.js';

/** A condition of an object's status; absent fields are `''`. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The conditions of an object, in its order. */
export function readConditions(object: unknown): readonly Condition[] {
  return readList(object, 'status', 'conditions').map((condition) => ({
    type: readText(condition, 'type'),
    status: readText(condition, 'status'),
    reason: readText(condition, 'reason'),
    message: readText(condition, 'message'),
  }));
}
