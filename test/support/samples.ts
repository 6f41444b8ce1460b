import { metricIndex, metricsOfObject } from '../../src/metrics/core/metric-catalogue.js';
import type { MetricObject, Sample } from '../../src/metrics/core/sample.js';

export const aCluster = (): MetricObject => ({ type: 'cluster' });

export const aNamespace = (namespace = 'prod'): MetricObject => ({ type: 'ns', namespace });

export const aNode = (over: Partial<MetricObject> = {}): MetricObject => ({ type: 'node', node: 'node-1', ...over });

export const aPod = (over: Partial<MetricObject> = {}): MetricObject => ({
  type: 'pod',
  node: 'node-1',
  namespace: 'prod',
  pod: 'web-1',
  podUid: `uid-of-${over.pod ?? 'web-1'}`,
  ...over,
});

export const aContainer = (over: Partial<MetricObject> = {}): MetricObject => ({
  ...aPod(over),
  type: 'pod_container',
  container: over.container ?? 'main',
});

export const aSysContainer = (over: Partial<MetricObject> = {}): MetricObject => ({
  type: 'sys_container',
  node: 'node-1',
  container: 'kubelet',
  ...over,
});

/** A sample of these metrics; every other metric of the object is unknown. */
export function aSample(object: MetricObject, values: Readonly<Record<string, number>>, sampledAtMs?: number): Sample {
  const metrics = metricsOfObject(object);
  const row = metrics.map(() => Number.NaN);
  for (const [name, value] of Object.entries(values)) {
    const index = metricIndex(object.type, name);
    if (index < 0) throw new Error(`${object.type} has no metric ${name}`);
    row[index] = value;
  }
  return { object, sampledAtMs, values: row };
}

/** A sample with a value for every metric of the object, each a different one. */
export function aFullSample(object: MetricObject, firstValue: number, sampledAtMs?: number): Sample {
  const metrics = metricsOfObject(object);
  return { object, sampledAtMs, values: metrics.map((_, index) => firstValue + index) };
}
