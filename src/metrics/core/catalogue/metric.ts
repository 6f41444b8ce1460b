import type { ObjectType, ResourceFamily } from '../sample.js';

/** `cumulative` counts up since the object's start; `gauge` is a level; `delta` counts since the sample before (no built-in metric does, as in Heapster). */
export const METRIC_KINDS = ['gauge', 'cumulative', 'delta'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

export const METRIC_UNITS = ['count', 'bytes', 'ms', 'us', 'ns', 'millicores', 'ratio', 'bytes/s', '1/s'] as const;
export type MetricUnit = (typeof METRIC_UNITS)[number];

/** What a rolled-up row keeps of a metric: a gauge its min, max and sum, a counter its last value and increase, a constant its last value. */
export type Rollup = 'gauge' | 'counter' | 'constant';

/** One metric: the row from which the API's catalogue, the documentation and the stores' columns come. */
export interface Metric {
  /** Heapster's name, such as `cpu/usage_rate`, where Heapster has it. */
  readonly name: string;
  readonly kind: MetricKind;
  readonly unit: MetricUnit;
  /** The object types that have it; empty when no source gives it (`source` says why). */
  readonly objects: readonly ObjectType[];
  /** For a metric that exists once per `resource` of an object: what these are. */
  readonly family?: ResourceFamily;
  readonly rollup: Rollup;
  /** True when the values of pods add up to those of their namespace and the cluster. */
  readonly summed: boolean;
  /** Whether Heapster had a metric of this name. */
  readonly heapster: boolean;
  readonly description: string;
  /** How it is computed, or which field of which source it is. */
  readonly source: string;
}

export const MEASURED = ['node', 'pod', 'pod_container', 'sys_container'] as const;
export const PODS = ['pod', 'pod_container'] as const;
export const NODE = ['node'] as const;
export const NODE_AND_POD = ['node', 'pod'] as const;
export const NODE_AND_CLUSTER = ['cluster', 'node'] as const;
export const CLUSTER = ['cluster'] as const;
/** Measured, and summed for namespaces and the cluster. */
export const SUMMED = ['cluster', 'ns', ...MEASURED] as const;
/** Summed from pods that alone have it. */
export const SUMMED_NODES_AND_PODS = ['cluster', 'ns', 'node', 'pod'] as const;
/** What pods ask for. */
export const CLAIMED = ['cluster', 'ns', 'node', 'pod', 'pod_container'] as const;

export const RATE = 'difference of the counter / time between the two kubelet time stamps';
export const SUM_OF_PODS = 'ns and cluster: sum over pods';
export const SUM_OF_NODES = 'cluster: sum over the nodes that are there';

type Cells = readonly [
  name: string,
  unit: MetricUnit,
  objects: readonly ObjectType[],
  description: string,
  source: string,
];

function row([name, unit, objects, description, source]: Cells, kind: MetricKind, rollup: Rollup): Metric {
  return {
    name,
    kind,
    unit,
    objects,
    rollup,
    summed: objects.includes('ns'),
    heapster: true,
    description,
    source,
  };
}

/** A level. */
export const gauge = (...cells: Cells): Metric => row(cells, 'gauge', 'gauge');
/** A level that seldom changes, such as a limit. */
export const constant = (...cells: Cells): Metric => row(cells, 'gauge', 'constant');
/** Counts up since the object's start. */
export const counter = (...cells: Cells): Metric => row(cells, 'cumulative', 'counter');
/** Marks what Heapster did not have. */
export const ours = (metric: Metric): Metric => ({ ...metric, heapster: false });
/** Makes it one value for each resource of a family. */
export const each = (family: ResourceFamily, metric: Metric): Metric => ({ ...metric, family });
