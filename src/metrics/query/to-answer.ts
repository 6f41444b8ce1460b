import type { Metric } from '../core/catalogue/metric.js';
import type { MetricObject } from '../core/sample.js';
import type { MetricObject as AnsweredObject } from '../metric-object.schema.js';
import type { MetricRange, MetricValues } from '../metric-query.schema.js';
import type { InstantValue, Series } from '../metric-store.port.js';

/** What a question was about, as answers repeat it. */
export function aboutOf(metric: Metric, object: MetricObject['type']): Pick<MetricRange, 'metric' | 'unit' | 'object'> {
  return { metric: metric.name, unit: metric.unit, object };
}

/** The store's series as the API shows them. */
export function toSeries(series: readonly Series[]): MetricRange['series'] {
  const times = new Map<number, string>();
  return series.map(({ object, points }) => ({
    object: toObject(object),
    points: points.map(([stepMs, value]) => ({ time: timeOf(stepMs, times), value })),
  }));
}

/** The store's newest values as the API shows them, with their age at `atMs`. */
export function toValues(values: readonly InstantValue[], atMs: number): MetricValues['items'] {
  const times = new Map<number, string>();
  return values.map(({ object, cycleAtMs, value }) => ({
    object: toObject(object),
    time: timeOf(cycleAtMs, times),
    ageMs: atMs - cycleAtMs,
    value,
  }));
}

/** An answer holds the same few instants again and again: each is printed once. */
function timeOf(ms: number, times: Map<number, string>): string {
  const known = times.get(ms);
  if (known !== undefined) return known;
  const text = new Date(ms).toISOString();
  times.set(ms, text);
  return text;
}

function toObject({ labels, ...identity }: MetricObject): AnsweredObject {
  return labels && Object.keys(labels).length > 0 ? { ...identity, labels: { ...labels } } : identity;
}
