import { zonePieces } from './zone-pieces.js';

const DAY_MS = 86_400_000;

/**
 * The same instants earlier. Whole days go back on the local clock, so that midnight stays midnight when clocks changed in between; everything else goes
 * back by elapsed time. A local time that did not exist is the jump itself, and of one that was there twice the first counts.
 *
 * @param instants ascending, ms since the epoch
 */
export function shiftInstants(instants: readonly number[], backMs: number, timeZone: string): number[] {
  const [first] = instants;
  const last = instants.at(-1);
  if (first === undefined || last === undefined) return [];
  if (timeZone === 'UTC' || backMs % DAY_MS !== 0) return instants.map((instant) => instant - backMs);
  const now = zonePieces(timeZone, first, last + 1);
  const then = zonePieces(timeZone, first - backMs - DAY_MS, last - backMs + DAY_MS);
  return instants.map((instant) => {
    const offsetMs = now.find(({ endMs }) => instant < endMs)?.offsetMs ?? 0;
    const local = instant + offsetMs - backMs;
    const piece = then.find(({ endMs, offsetMs: thenMs }) => local - thenMs < endMs);
    return piece ? Math.max(local - piece.offsetMs, piece.startMs) : instant - backMs;
  });
}
