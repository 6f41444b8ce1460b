import type { LogSearch, LogPage } from '../../../logs/store/log-store.port.js';
import { invalidInput } from '../../../platform/errors.js';
import { fromPlace, type LogKey } from './log-place.js';
import type { LogReading } from './log-reading.js';
import type { LogSegment } from './log-segment.js';
import { conditionFor, sourceSql, sourcesFor, withTokens } from './log-sources.js';
import { type LineRow, READ_COLUMNS, toStoredLine } from './to-stored-line.js';

/** Segments are looked at by time, one, two, four, ... at once, until those that are left are beyond the page. */
const MOST_AT_ONCE = 16;

/** @throws ProblemError 400 when `after` is no place */
export async function searchLines(reading: LogReading, query: LogSearch): Promise<LogPage> {
  const { filter, span, order, after, limit } = query;
  const { connection, folder } = reading;
  const isNewest = order === 'newest';
  const { chunks, segments } = sourcesFor(reading.sources, filter, span);
  const condition = await conditionFor(connection, { chunks, segments }, { filter, span, folder });
  const isBeyond = after === undefined ? 'true' : beyond(after, isNewest);
  const waiting = [...segments].sort((left, right) =>
    isNewest ? compare(right.lastTime, left.lastTime) : compare(left.firstTime, right.firstTime),
  );
  const sorted = isNewest ? 'time DESC, sequence DESC, arrival DESC' : 'time, sequence, arrival';
  let rows: LineRow[] = [];
  let open = chunks;
  for (let atOnce = 1; open.length > 0 || waiting.length > 0; atOnce = Math.min(MOST_AT_ONCE, 2 * atOnce)) {
    const last = rows[limit];
    if (last) while (waiting.length > 0 && !reaches(waiting[0], last[0], isNewest)) waiting.shift();
    const some = await withTokens(waiting.splice(0, atOnce), filter, folder);
    const source = sourceSql({ chunks: open, segments: some }, folder);
    open = [];
    if (source === undefined) continue;
    const isWithin = last ? `time ${isNewest ? '>=' : '<='} ${String(last[0])}` : 'true';
    const result = await connection.runAndReadAll(
      `SELECT ${READ_COLUMNS.join(', ')} FROM (${source}) WHERE ${condition} AND ${isBeyond} AND ${isWithin} ORDER BY ${sorted} LIMIT ${String(limit + 1)}`,
    );
    rows = merge(rows, result.getRowsJS() as unknown as LineRow[], isNewest).slice(0, limit + 1);
  }
  return {
    lines: rows.slice(0, limit).map(toStoredLine),
    hasMore: rows.length > limit,
    lost: await reading.lost(span),
  };
}

/** Sorted as SEARCH wants; both lists are. */
function merge(left: readonly LineRow[], right: readonly LineRow[], isNewest: boolean): LineRow[] {
  const direction = isNewest ? -1 : 1;
  return [...left, ...right].sort((a, b) => direction * compareKeys(a, b));
}

function compareKeys(a: LineRow, b: LineRow): number {
  return compare(a[0], b[0]) || a[3] - b[3] || compare(a[2], b[2]);
}

function compare(left: bigint, right: bigint): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Whether a segment can have lines on this side of the last one of a page. */
function reaches(segment: LogSegment | undefined, lastTime: bigint, isNewest: boolean): boolean {
  if (!segment) return false;
  return isNewest ? segment.lastTime >= lastTime : segment.firstTime <= lastTime;
}

function beyond(place: string, isNewest: boolean): string {
  const key: LogKey | undefined = fromPlace(place);
  if (!key) throw invalidInput('/after', 'is no place of a line');
  const than = isNewest ? '<' : '>';
  const [time, sequence, arrival] = [key.timeNs, key.sequence, key.arrival].map(String);
  return `time ${than}= ${time} AND (time ${than} ${time} OR sequence ${than} ${sequence} OR (sequence = ${sequence} AND arrival ${than} ${arrival}))`;
}
