import { metricsOfObject } from '../metric-catalogue.js';
import type { MetricObject } from '../sample.js';

/** The values of a sample by the name of their metric; what is unknown is left out. */
export function knownMetrics(
  object: Pick<MetricObject, 'type' | 'resource'>,
  values: readonly number[],
): Record<string, number> {
  const known: Record<string, number> = {};
  for (const [index, { name }] of metricsOfObject(object).entries()) {
    const value = values[index];
    if (value !== undefined && !Number.isNaN(value)) known[name] = value;
  }
  return known;
}
