import type { DuckDBConnection } from '@duckdb/node-api';
import type { MetricObject } from '../../metrics/core/sample.js';
import type { RangeQuery, Series } from '../../metrics/metric-store.port.js';
import { foldSamples, isFolded } from './fold-samples.js';
import { readColumns } from './read-rows.js';

/** Of one object that is up to 34,560 samples, at the shortest time between two cycles (5 s). */
const LONGEST_MS = 2 * 86_400_000;

/** Whether one object's points are made here from its samples: raw ones, not too many. */
export function isFoldedHere({ tier = 'raw', aggregation, fromMs, toMs }: Omit<RangeQuery, 'maxSeries'>): boolean {
  return tier === 'raw' && isFolded(aggregation) && toMs - fromMs <= LONGEST_MS;
}

/** The one object's series; none when it has no sample. @param rows of `rowsOf`, of raw samples of this object alone */
export async function readFolded(
  connection: DuckDBConnection,
  rows: string,
  query: Omit<RangeQuery, 'maxSeries'>,
  object: MetricObject,
): Promise<Series[]> {
  const columns = await readColumns(connection, `SELECT cycle_at::DOUBLE, v FROM (${rows})`);
  const [instants = [], values = []] = columns as number[][];
  return instants.length > 0 ? [{ object, points: foldSamples(instants, values, query) }] : [];
}
