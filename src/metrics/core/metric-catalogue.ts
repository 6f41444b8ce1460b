import type { ObjectType } from './sample.js';

/** `cumulative` counts up since the object's start; `gauge` is a level; there is no `delta` metric among the built-in ones. */
export type MetricKind = 'gauge' | 'cumulative';
export type MetricUnit = 'count' | 'bytes' | 'ms' | 'ns' | 'millicores' | 'ratio' | 'bytes/s' | '1/s';

/** One metric: the row from which the API's catalogue, the documentation and the store's columns come. */
export interface Metric {
  /** Heapster's name, such as `cpu/usage_rate`. */
  readonly name: string;
  readonly kind: MetricKind;
  readonly unit: MetricUnit;
  readonly objects: readonly ObjectType[];
  /** True when it exists once per `resource_id` (file systems). */
  readonly labeled: boolean;
  /** True when the values of pods add up to those of their namespace and the cluster. */
  readonly summed: boolean;
  readonly description: string;
  /** How it is computed, or which field of the kubelet's Summary API it is. */
  readonly source: string;
}
