/**
 * Where a time zone's distance from UTC changes. The rules are those of the IANA database that Node.js carries; no
 * zone in it changes twice within a week.
 */

/** A stretch of time in which local clocks are `offsetMs` ahead of UTC. */
export interface ZonePiece {
  /** Inclusive, ms since the epoch. */
  readonly startMs: number;
  /** Exclusive, ms since the epoch. */
  readonly endMs: number;
  readonly offsetMs: number;
}

const PROBE_MS = 7 * 86_400_000;

/** Whether this is the name of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The pieces of `[fromMs, toMs)`, in order. UTC is one piece. @throws RangeError unknown zone */
export function zonePieces(timeZone: string, fromMs: number, toMs: number): ZonePiece[] {
  if (timeZone === 'UTC') return [{ startMs: fromMs, endMs: toMs, offsetMs: 0 }];
  const format = formatOf(timeZone);
  const pieces: ZonePiece[] = [];
  let startMs = fromMs;
  let offsetMs = offsetAt(format, fromMs);
  for (let probeMs = fromMs; probeMs < toMs; probeMs += PROBE_MS) {
    const nextMs = Math.min(probeMs + PROBE_MS, toMs);
    const next = offsetAt(format, nextMs);
    if (next === offsetMs) continue;
    const changeMs = changeBetween(format, probeMs, nextMs);
    pieces.push({ startMs, endMs: changeMs, offsetMs });
    startMs = changeMs;
    offsetMs = next;
  }
  return startMs < toMs ? [...pieces, { startMs, endMs: toMs, offsetMs }] : pieces;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

/** How far local clocks are ahead of UTC at an instant, ms. */
function offsetAt(format: Intl.DateTimeFormat, atMs: number): number {
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(atMs / 1000) * 1000;
}

/** The first whole second of the new offset, between two instants of which the first has the old one. */
function changeBetween(format: Intl.DateTimeFormat, beforeMs: number, afterMs: number): number {
  const old = offsetAt(format, beforeMs);
  let low = Math.floor(beforeMs / 1000);
  let high = Math.ceil(afterMs / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(format, middle * 1000) === old) low = middle;
    else high = middle;
  }
  return high * 1000;
}
