import { invalidInput } from '../../platform/errors.js';
import { decodeCursor, encodeCursor } from '../../platform/http/paging.js';
import type { LogSpan } from '../core/filter/log-filter.js';

/** Where a list of lines goes on: behind which line, and in which span, for `now` has moved since. */
export interface LogPlace {
  readonly place: string;
  readonly span: LogSpan;
}

const NANOSECONDS = /^\d{1,19}$/;
const REFUSED = 'is not a cursor of this question: ask with the parameters that it was given for, or leave it out';

/** @param digest of the question that goes on */
export function logCursor(digest: string, { place, span }: LogPlace): string {
  return encodeCursor([digest, place, String(span.fromNs), String(span.toNs)]);
}

/** @throws ProblemError 400 when it was made for another question, or is no cursor */
export function placeInCursor(cursor: string, digest: string, pointer: string): LogPlace {
  const [ofQuestion, place, fromNs, toNs] = decodeCursor(cursor, 4).map(String);
  const areBounds = NANOSECONDS.test(fromNs ?? '') && NANOSECONDS.test(toNs ?? '');
  if (ofQuestion !== digest || place === undefined || !areBounds) throw invalidInput(pointer, REFUSED);
  return { place, span: { fromNs: BigInt(fromNs ?? 0), toNs: BigInt(toNs ?? 0) } };
}
