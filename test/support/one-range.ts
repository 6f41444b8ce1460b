import type { MetricObject } from '../../src/metrics/metric-object.schema.js';
import type { MetricRange, MetricResult } from '../../src/metrics/metric-query.schema.js';

/** An answer about one metric of objects, without filled gaps: the answer, its one result, and that one's series. */
export interface OneRange
  extends Omit<MetricRange, 'results'>, Pick<MetricResult, 'metric' | 'unit' | 'object' | 'aggregation'> {
  readonly series: {
    readonly object: MetricObject;
    readonly points: { readonly time: string; readonly value: number }[];
  }[];
}

export function oneRange({ results, ...answer }: MetricRange): OneRange {
  const [result] = results;
  if (!result || results.length > 1) throw new Error(`${results.length} results instead of one`);
  const series = result.series.map(({ object, points }) => {
    if (!object) throw new Error('a group instead of an object');
    return { object, points: points.map(({ time, value }) => ({ time, value: value ?? Number.NaN })) };
  });
  return { ...result, ...answer, series };
}
