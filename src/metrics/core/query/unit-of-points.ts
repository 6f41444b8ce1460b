import type { Metric } from '../catalogue/metric.js';

/** The unit of a metric's points: numbers of samples or objects are counts, a rate is by the second, everything else keeps the metric's own. */
export function unitOfPoints({ unit }: Pick<Metric, 'unit'>, aggregation: string, across?: string): string {
  if (aggregation === 'count' || across === 'count') return 'count';
  if (aggregation !== 'rate') return unit;
  return unit === 'count' ? '1/s' : `${unit}/s`;
}
