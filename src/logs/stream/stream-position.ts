import { invalidInput } from '../../platform/errors.js';
import { decodeCursor, encodeCursor } from '../../platform/http/paging.js';

/** Where a stream stands: behind an arrival; or still within the stored lines that come first, behind one of them. */
export interface StreamPosition {
  readonly arrival: string;
  readonly tail?: { readonly place: string; readonly toNs: bigint };
}

const NANOSECONDS = /^\d{1,19}$/;

/** The id of an event. @param digest of the question, which it is good for alone */
export function streamPositionId(digest: string, { arrival, tail }: StreamPosition): string {
  return encodeCursor(tail ? [digest, arrival, tail.place, String(tail.toNs)] : [digest, arrival, '', '']);
}

/** @throws ProblemError 400 when it is of another question, or no id of a stream */
export function streamPositionOf(lastEventId: string, digest: string): StreamPosition {
  const [ofQuestion, arrival = '', place = '', toNs = ''] = decoded(lastEventId);
  const isTail = place !== '';
  if (ofQuestion !== digest || arrival === '' || (isTail && !NANOSECONDS.test(toNs))) throw refused();
  return { arrival, ...(isTail ? { tail: { place, toNs: BigInt(toNs) } } : {}) };
}

function decoded(lastEventId: string): string[] {
  try {
    return decodeCursor(lastEventId, 4).map(String);
  } catch {
    throw refused(); // whatever it is, it is not one
  }
}

function refused(): Error {
  return invalidInput(
    'Last-Event-ID',
    'is not of a stream with these parameters: ask with those that it was given for, or leave it out',
  );
}
