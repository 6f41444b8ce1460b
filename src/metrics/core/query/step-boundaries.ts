import { zonePieces, type ZonePiece } from './zone-pieces.js';

/**
 * Where the steps of a range begin. Steps stand on multiples of their width on the local clock of a time zone, counted from 1970-01-01; whole weeks begin on
 * Mondays. A day on which clocks change is 23 or 25 hours long. When local clocks jump over a boundary, the step begins at the jump; when they show the
 * boundary twice, it begins at the first, unless the step is no longer than what is repeated (hours go on being hours).
 */
export interface StepsAsked {
  /** Inclusive, ms since the epoch. */
  readonly fromMs: number;
  /** Exclusive, ms since the epoch. */
  readonly toMs: number;
  readonly stepMs: number;
  /** An IANA name. */
  readonly timeZone: string;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was a Monday. */
const MONDAY_MS = 4 * DAY_MS;

/** The starts of all steps that touch the range, ascending, and the end of the last: one more than there are steps. */
export function stepBoundaries({ fromMs, toMs, stepMs, timeZone }: StepsAsked): number[] {
  const marginMs = stepMs + DAY_MS;
  const anchorMs = stepMs % WEEK_MS === 0 ? MONDAY_MS : 0;
  const boundaries: number[] = [];
  let last: ZonePiece | undefined;
  for (const piece of zonePieces(timeZone, fromMs - marginMs, toMs + marginMs)) {
    for (const boundary of inPiece(piece, last, stepMs, anchorMs)) {
      if (boundary <= fromMs) boundaries.length = 0;
      if (boundary !== boundaries.at(-1) && (boundaries.at(-1) ?? fromMs) < toMs) boundaries.push(boundary);
    }
    last = piece;
  }
  return boundaries;
}

function* inPiece(piece: ZonePiece, last: ZonePiece | undefined, stepMs: number, anchorMs: number): Generator<number> {
  const { startMs, endMs, offsetMs } = piece;
  const localStart = startMs + offsetMs;
  const lastEnd = last ? last.endMs + last.offsetMs : localStart;
  const next = (localMs: number): number => Math.ceil((localMs - anchorMs) / stepMs) * stepMs + anchorMs;
  if (next(lastEnd) < localStart) yield startMs;
  const isRepeated = lastEnd > localStart && stepMs > lastEnd - localStart;
  for (let local = next(isRepeated ? lastEnd : localStart); local < endMs + offsetMs; local += stepMs) {
    yield local - offsetMs;
  }
}
