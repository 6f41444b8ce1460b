import type { Metric } from '../catalogue/metric.js';
import { findMetric } from '../metric-catalogue.js';

/** What a metric's name stands for. */
export interface AskedMetric {
  readonly metric: Metric;
  /** The resource that the name itself bears: `nvidia.com/gpu/request` is `extended/request` of `Extended:nvidia.com/gpu`. */
  readonly resource?: string;
}

const REQUEST = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)\/request$/;

/**
 * Finds the metric that a name stands for: its name in the catalogue, an alias of Heapster's, or Heapster's name for the request of an extended resource,
 * `<domain>/<name>/request` (kubernetes-retired/heapster e1e8341, metrics/core/metrics.go: `LabeledMetric` of custom resources).
 */
export function resolveMetric(name: string): AskedMetric | undefined {
  const metric = findMetric(name);
  if (metric) return { metric };
  const [, extended] = REQUEST.exec(name) ?? [];
  const request = extended === undefined ? undefined : findMetric('extended/request');
  return request ? { metric: request, resource: `Extended:${String(extended)}` } : undefined;
}
