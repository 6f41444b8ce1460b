import type { HistogramCount } from '../../../logs/core/count/count-buckets.js';
import type { Facet } from '../../../logs/core/count/count-values.js';
import type { FacetsQuery, HistogramQuery, LogFacets, LogHistogram } from '../../../logs/store/log-store.port.js';
import { planMinutes } from './count-minutes.js';
import { keySql } from './filter-sql.js';
import type { LogReading } from './log-reading.js';
import { conditionFor, sourceSql, sourcesFor, withTokens } from './log-sources.js';

type Asked = Pick<HistogramQuery, 'filter' | 'span'>;

/** The query that gives the columns of matching lines; undefined when there can be none. */
async function matching(reading: LogReading, { filter, span }: Asked, columns: string): Promise<string | undefined> {
  const { connection, folder } = reading;
  const { chunks, segments } = sourcesFor(reading.sources, filter, span);
  const sources = { chunks, segments: await withTokens(segments, { filter, span, folder }) };
  const source = sourceSql(sources, folder);
  if (source === undefined) return undefined;
  return `SELECT ${columns} FROM (${source}) WHERE ${await conditionFor(connection, sources, { filter, span, folder })}`;
}

/** Lines of each bucket, split by a key where one is asked. */
export async function histogramOf(reading: LogReading, query: HistogramQuery): Promise<LogHistogram> {
  const { stepNs, by, maxValues, span } = query;
  const step = String(stepNs);
  const value = by === undefined ? 'NULL::VARCHAR' : keySql(by);
  const lost = reading.lost(span);
  const { counts: counted, rest } = planMinutes(query, reading.sources);
  const parts = counted === undefined ? [] : [counted];
  for (const { sources, span } of rest) {
    const columns = `time // ${step} * ${step} AS bucket, ${value} AS value`;
    const lines = await matching({ ...reading, sources }, { ...query, span }, columns);
    if (lines !== undefined) parts.push(`SELECT bucket, value, count(*) AS lines FROM (${lines}) GROUP BY ALL`);
  }
  if (parts.length === 0) return { counts: [], lost };
  const result = await reading.connection.runAndReadAll(
    `WITH counted AS MATERIALIZED (SELECT bucket, value, sum(lines) AS lines FROM (${parts.join(' UNION ALL ')}) GROUP BY ALL),
       top AS (SELECT value FROM counted WHERE value IS NOT NULL GROUP BY value ORDER BY sum(lines) DESC, value LIMIT ${String(maxValues)})
     SELECT bucket, CASE WHEN value IN (FROM top) THEN value END AS shown, sum(lines)::DOUBLE FROM counted GROUP BY ALL ORDER BY ALL`,
  );
  const counts = (result.getRowsJS() as [bigint, string | null, number][]).map(
    ([fromNs, shown, count]): HistogramCount => ({ fromNs, ...(shown !== null && { value: shown }), lines: count }),
  );
  return { counts, lost };
}

/** The most frequent values of each key, in one pass over the lines. */
export async function facetsOf(reading: LogReading, query: FacetsQuery): Promise<LogFacets> {
  const { keys, maxValues, span } = query;
  const names = keys.map((_, index) => `k${String(index)}`);
  const lost = reading.lost(span);
  const columns = keys.map((key, index) => `${keySql(key)} AS ${names[index] ?? ''}`).join(', ');
  const lines = keys.length === 0 ? undefined : await matching(reading, query, columns);
  if (lines === undefined) return { facets: keys.map((key) => facetOf(key, [])), lost };
  const which = names.map((name, index) => `WHEN grouping(${name}) = 0 THEN ${String(index)}`).join(' ');
  const values = names.map((name) => `WHEN grouping(${name}) = 0 THEN ${name}`).join(' ');
  const result = await reading.connection.runAndReadAll(
    `WITH counted AS MATERIALIZED (
       SELECT CASE ${which} END AS key, CASE ${values} END AS value, count(*) AS lines
       FROM (${lines}) GROUP BY GROUPING SETS (${names.map((name) => `(${name})`).join(', ')})),
       ranked AS (SELECT *, row_number() OVER (PARTITION BY key, value IS NULL ORDER BY lines DESC, value) AS rank FROM counted)
     SELECT key, CASE WHEN rank <= ${String(maxValues)} THEN value END AS shown, value IS NULL AS absent, sum(lines)::DOUBLE AS lines
     FROM ranked GROUP BY ALL ORDER BY key, lines DESC, shown`,
  );
  const rows = result.getRowsJS() as FacetRow[];
  return {
    facets: keys.map((key, index) =>
      facetOf(
        key,
        rows.filter(([of]) => of === index),
      ),
    ),
    lost,
  };
}

type FacetRow = [number, string | null, boolean, number];

function facetOf(key: string, rows: readonly FacetRow[]): Facet {
  const values = rows.flatMap(([, value, , lines]) => (value === null ? [] : [{ value, lines }]));
  const sum = (isAbsent: boolean): number =>
    rows.reduce(
      (total, [, value, absent, lines]) => (value === null && absent === isAbsent ? total + lines : total),
      0,
    );
  return { key, values, otherLines: sum(false), absentLines: sum(true) };
}
