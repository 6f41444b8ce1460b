import { join } from 'node:path';
import type { HistogramQuery } from '../../../logs/store/log-store.port.js';
import type { LogSpan } from '../../../logs/core/filter/log-filter.js';
import { sqlText } from '../sql-text.js';
import { filterSql } from './filter-sql.js';
import type { LogSegment, Runs } from './log-segment.js';
import type { LogSources } from './log-sources.js';

const MINUTE_NS = 60_000_000_000n;
/** A segment whose lines are of so many minutes that there would be more counts has none: its lines are counted when it is asked. */
const MOST_COUNTS = 10_000;

/** Within a transaction: counts the lines of a segment by minute and level, once and for all. */
export async function countMinutes(connection: Runs, folder: string, file: string): Promise<void> {
  const name = sqlText(file);
  await connection.run(
    `INSERT INTO minute_counts
     WITH counted AS MATERIALIZED (
       SELECT time // ${String(MINUTE_NS)} AS minute, level, count(*) AS lines FROM read_parquet(${sqlText(join(folder, file))}) GROUP BY ALL)
     SELECT ${name}, minute, level, lines FROM counted WHERE (SELECT count(*) FROM counted) <= ${String(MOST_COUNTS)}`,
  );
  await connection.run(
    `UPDATE segments SET is_counted = EXISTS (FROM minute_counts WHERE file = ${name}) WHERE file = ${name}`,
  );
}

/** How a histogram is put together of counts by minute and of lines that are still to be counted. */
export interface MinutePlan {
  /** The query that gives `bucket`, `value` and `lines` of whole minutes; undefined when none are taken from counts. */
  readonly counts?: string;
  /** Lines to count: where they stand, and when they were written. */
  readonly rest: readonly { readonly sources: LogSources; readonly span: LogSpan }[];
}

/** Takes whole minutes of segments from counts where the question is about levels alone, and its buckets are made of minutes. */
export function planMinutes({ filter, span, stepNs, by }: HistogramQuery, sources: LogSources): MinutePlan {
  const inner = { fromNs: wholeMinutes(span.fromNs + MINUTE_NS - 1n), toNs: wholeMinutes(span.toNs) };
  const isOfLevels =
    !filter.visibleNamespaces &&
    filter.terms.every(({ condition }) => condition.kind === 'exact' && condition.key === 'level') &&
    (by === undefined || by === 'level');
  const counted = sources.segments.filter((segment) => segment.isCounted && overlaps(segment, inner));
  if (!isOfLevels || stepNs % MINUTE_NS !== 0n || inner.fromNs >= inner.toNs || counted.length === 0)
    return { rest: [{ sources, span }] };
  const files = counted.map(({ file }) => sqlText(file)).join(', ');
  const bucket = `minute // ${String(stepNs / MINUTE_NS)} * ${String(stepNs)}`;
  const isWithin = `minute >= ${String(inner.fromNs / MINUTE_NS)} AND minute < ${String(inner.toNs / MINUTE_NS)}`;
  const edges = [
    { fromNs: span.fromNs, toNs: inner.fromNs },
    { fromNs: inner.toNs, toNs: span.toNs },
  ].filter(({ fromNs, toNs }) => fromNs < toNs);
  return {
    counts: `SELECT ${bucket} AS bucket, ${by ?? 'NULL::VARCHAR'} AS value, lines FROM minute_counts
      WHERE file IN (${files}) AND ${isWithin} AND ${filterSql(filter, () => [])}`,
    rest: [
      { sources: { ...sources, segments: sources.segments.filter((segment) => !counted.includes(segment)) }, span },
      ...edges.map((edge) => ({ sources: { chunks: [], segments: counted }, span: edge })),
    ],
  };
}

function wholeMinutes(ns: bigint): bigint {
  return ns - (ns % MINUTE_NS);
}

function overlaps({ firstTime, lastTime }: LogSegment, { fromNs, toNs }: LogSpan): boolean {
  return lastTime >= fromNs && firstTime < toNs;
}
