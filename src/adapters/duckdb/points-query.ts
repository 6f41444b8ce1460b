import type { Aggregation, GroupQuery } from '../../metrics/metric-store.port.js';
import type { Layout } from './metric-layout.js';
import { increaseSource, type SampleRange, sampleSource } from './sample-source.js';

/** How the rows of one object in one step become its point; see the columns of `sampleSource` and `increaseSource`. */
const AGGREGATES: Readonly<Record<Aggregation, string>> = {
  avg: 'sum(total) / sum(n)',
  min: 'min(low)',
  max: 'max(high)',
  sum: 'sum(total)',
  count: 'sum(n)',
  last: 'arg_max(v, cycle_at)',
  p50: 'quantile_cont(v, 0.5)',
  p90: 'quantile_cont(v, 0.9)',
  p95: 'quantile_cont(v, 0.95)',
  p99: 'quantile_cont(v, 0.99)',
  rate: 'sum(increase)',
  increase: 'sum(increase)',
};

/** The same where all rows are raw samples. */
const RAW_AGGREGATES: Readonly<Record<Aggregation, string>> = {
  ...AGGREGATES,
  avg: 'avg(v)',
  min: 'min(v)',
  max: 'max(v)',
  sum: 'sum(v)',
  count: 'count(*)',
};

/** The rows that the points of a query are made of: `object_id`, `cycle_at` and what its aggregation needs. Undefined when nothing holds any. */
export function rowsOf(
  layout: Layout,
  folder: string,
  range: SampleRange,
  aggregation: Aggregation,
): string | undefined {
  const isOfCounter = aggregation === 'rate' || aggregation === 'increase';
  return isOfCounter ? increaseSource(layout, folder, range) : sampleSource(layout, folder, range);
}

/** The query that gives `object_id`, `step_at` and `point`, in no order. @param rows of `rowsOf` */
export function pointsQuery(
  rows: string,
  { stepMs, originMs = 0, aggregation, tier = 'raw' }: Pick<GroupQuery, 'stepMs' | 'originMs' | 'aggregation' | 'tier'>,
): string {
  const fold = (tier === 'raw' ? RAW_AGGREGATES : AGGREGATES)[aggregation];
  const point = aggregation === 'rate' ? `${fold} / ${String(stepMs / 1000)}` : fold;
  return `SELECT object_id, ${stepOf('cycle_at', stepMs, originMs)} AS step_at, (${point})::DOUBLE AS point
    FROM (${rows}) GROUP BY object_id, step_at`;
}

/** SQL's `%` takes the sign of what is divided. */
function stepOf(instant: string, stepMs: number, originMs: number): string {
  const step = String(stepMs);
  const since = `${instant} - ${String(((originMs % stepMs) + stepMs) % stepMs)}`;
  return `${instant} - (((${since}) % ${step}) + ${step}) % ${step}`;
}
