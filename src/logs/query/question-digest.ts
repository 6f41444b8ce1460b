import { createHash } from 'node:crypto';
import type { LogFilterInput } from './filter-fields.js';
import type { LogTimePoint } from '../core/query/parse-log-time.js';

const CHARACTERS = 16;

/** A short text that two questions share when they ask for the same lines in the same order: it keeps a cursor to the question that it was made for. */
export function questionDigest(
  input: LogFilterInput & { readonly from?: LogTimePoint; readonly to?: LogTimePoint; readonly order?: string },
): string {
  const sorted = Object.entries(input)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, CHARACTERS);
}
