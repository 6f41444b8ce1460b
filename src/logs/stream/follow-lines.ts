import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.js';
import type { ServerEvent } from '../../platform/http/event-stream.js';
import type { LogFilter } from '../core/filter/log-filter.js';
import { LineBudget } from '../core/stream/line-budget.js';
import { toLogLine } from '../query/to-log-line.js';
import type { LogReader } from '../store/log-store.port.js';

/** Lines are read in pages of so many, and no more often: many followers of a busy store must not ask it all the time. */
const LINES_AT_ONCE = 500;
const READ_EVERY_MS = 100;
/** A follower who has seen nothing for so long is told where it stands, so that it need not be looked for from far back when it returns. */
const PLACE_EVERY_MS = 15_000;

export interface Followed {
  readonly filter: LogFilter;
  /** Lines that arrived after this. */
  readonly arrival: string;
  readonly linesPerSecond: number;
  readonly idOf: (arrival: string) => string;
}

type Reader = Pick<LogReader, 'arrivals' | 'arrived'>;

/**
 * New lines as events, in the order of their arrival, each once: `line`, and `skipped` in the place of those that were too many. An event without data says only how
 * far the stream is.
 */
export async function* followLines(
  reader: Reader,
  clock: Clock,
  { filter, arrival, linesPerSecond, idOf }: Followed,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const budget = new LineBudget(linesPerSecond);
  let [told, toldAtMs] = [arrival, clock.now()];
  let skipped = 0;
  const at = (place: string): string => {
    [told, toldAtMs] = [place, clock.now()];
    return idOf(place);
  };
  yield { id: at(arrival) }; // the answer begins, although there may be no line for long
  for (let after = arrival; !signal.aborted;) {
    const waiting = new AbortController();
    const patience = AbortSignal.any([signal, waiting.signal]);
    const news = reader.arrived(patience);
    news.catch(() => undefined); // told below, where it is waited for
    const page = await reader.arrivals({ filter, after, limit: LINES_AT_ONCE }, signal);
    for (const { line, arrival: place } of page.lines) {
      if (!budget.take(clock.now())) {
        skipped += 1;
      } else {
        if (skipped > 0) yield { id: at(after), event: 'skipped', data: { lines: skipped } };
        skipped = 0;
        yield { id: at(place), event: 'line', data: toLogLine(line) };
      }
      after = place;
    }
    after = page.arrival;
    if (!page.hasMore && skipped > 0) {
      await rest(Math.max(0, budget.opensAtMs() - clock.now()), signal);
      yield { id: at(after), event: 'skipped', data: { lines: skipped } };
      skipped = 0;
    }
    if (after !== told && clock.now() - toldAtMs >= PLACE_EVERY_MS) yield { id: at(after) };
    if (!page.hasMore) await Promise.race([news, rest(PLACE_EVERY_MS, patience)]);
    waiting.abort();
    if (!page.hasMore) await rest(READ_EVERY_MS, signal);
  }
}

/** Ends early, and without an error, when the signal is aborted. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
