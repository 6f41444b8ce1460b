import { invalidInput } from '../../platform/errors.js';
import { decodeCursor, encodeCursor } from '../../platform/http/paging.js';

/**
 * Where a list of values goes on: the instants that the first page stood on, so that the pages are of one list, and how many objects came before.
 */
export interface PagePlace {
  readonly instantsMs: readonly number[];
  readonly skip: number;
}

/** @param instants how many instants the list stands on @param maxSkip the furthest place @throws ProblemError 400 */
export function placeOf(
  cursor: string | undefined,
  instants: number,
  maxSkip: number,
  pointer: string,
): PagePlace | undefined {
  if (cursor === undefined) return undefined;
  const parts = decodeCursor(cursor, instants + 1).map(Number);
  const skip = parts.at(-1) ?? -1;
  const areInstants = parts.every((part) => Number.isSafeInteger(part) && part >= 0 && part < 1e13);
  if (areInstants && skip <= maxSkip) return { instantsMs: parts.slice(0, -1), skip };
  throw invalidInput(pointer, 'is not a cursor of this list; leave it out to begin at the start');
}

export function cursorAt({ instantsMs, skip }: PagePlace): string {
  return encodeCursor([...instantsMs, skip]);
}
