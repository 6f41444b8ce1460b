import type { Metric } from '../core/catalogue/metric.js';
import type { MetricObject } from '../core/sample.js';
import type { MetricObject as AnsweredObject } from '../metric-object.schema.js';
import type { MetricValues } from '../metric-newest.schema.js';
import { isoOf } from './iso-of.js';

/** A value as the API shows it: millicores have Heapster's whole number beside. */
export function toValue(
  { unit }: Pick<Metric, 'unit'>,
  value: number,
): Pick<MetricValues['items'][number], 'value' | 'integer'> {
  return unit === 'millicores' ? { value, integer: Math.trunc(value) } : { value };
}

/** An answer holds the same few instants again and again: each is printed once. */
export function timeOf(ms: number, times: Map<number, string>): string {
  const known = times.get(ms);
  if (known !== undefined) return known;
  const text = isoOf(ms);
  times.set(ms, text);
  return text;
}

export function toObject({ labels, ...identity }: MetricObject): AnsweredObject {
  return labels && Object.keys(labels).length > 0 ? { ...identity, labels: { ...labels } } : identity;
}
