/**
 * What a node's kubelet says at this moment, for who watches it: levels as they are, rates against the poll before.
 *
 * Kubelets look at their containers every 10 to 15 seconds and answer from memory in between, so most polls bring an object's figures again. Its rates then stay
 * those of the same figures (`sampledAtMs` says of when), rather than being unknown or nought.
 */
import { sampledAtMs, slotOf, type Measured, type MeasuredNode } from '../measured.js';
import { metricsOf } from '../metric-catalogue.js';
import { familyOf } from '../sample.js';
import type { Metrics } from './node-entries.js';

const LEVELS = ['memory/usage', 'memory/working_set', 'memory/rss'].map((name) => ({ name, slot: slotOf(name) }));
/** Each group of rates with the stamp of its counters. */
const CPU_RATES = [{ name: 'cpu/usage_rate', slot: slotOf('cpu/usage_rate') }];
const NETWORK_RATES = ['network/rx_rate', 'network/tx_rate'].map((name) => ({ name, slot: slotOf(name) }));
const FILE_SYSTEM = metricsOf('node', 'filesystem').map(({ name }) => name);
const SHOWN_OF_FILE_SYSTEM: ReadonlySet<string> = new Set([
  'filesystem/usage',
  'filesystem/limit',
  'filesystem/available',
]);

/** The figures of one object at one moment. */
export interface LiveFigures {
  /** When the kubelet measured it, ms since the epoch by the node's clock; absent when it does not say. */
  readonly sampledAtMs?: number;
  /** In the catalogue's names and units; what is unknown is absent. */
  readonly metrics: Metrics;
  readonly resources: readonly { readonly resource: string; readonly metrics: Metrics }[];
  /** Of the counters, which have stamps of their own; NaN when unknown. */
  readonly cpuAtMs: number;
  readonly networkAtMs: number;
}

/** By object: `''` the node, `/name` a system container, `uid` a pod, `uid/name` a container of it. */
export type LiveNode = ReadonlyMap<string, LiveFigures>;

/** @param rated with its rates in it @param prev the figures of the poll before */
export function liveFigures(rated: MeasuredNode, prev: LiveNode | undefined): LiveNode {
  const live = new Map<string, LiveFigures>();
  const put = (key: string, measured: Measured) => live.set(key, figuresOf(measured, prev?.get(key)));
  put('', rated.measured);
  for (const { name, measured } of rated.systemContainers) put(`/${name}`, measured);
  for (const pod of rated.pods) {
    put(pod.uid, pod.measured);
    for (const { name, measured } of pod.containers) put(`${pod.uid}/${name}`, measured);
  }
  return live;
}

function figuresOf(measured: Measured, prev: LiveFigures | undefined): LiveFigures {
  const { values, cpuAtMs, networkAtMs } = measured;
  const at = sampledAtMs(measured);
  const metrics: Record<string, number> = {};
  const put = (name: string, value: number | undefined) => {
    if (value !== undefined && !Number.isNaN(value)) metrics[name] = inThousandths(value);
  };
  for (const { name, slot } of LEVELS) put(name, values[slot]);
  const putRates = (rates: typeof CPU_RATES, isSameSample: boolean) => {
    for (const { name, slot } of rates) put(name, isSameSample ? prev?.metrics[name] : values[slot]);
  };
  putRates(CPU_RATES, prev?.cpuAtMs === cpuAtMs);
  putRates(NETWORK_RATES, prev?.networkAtMs === networkAtMs);
  return {
    ...(Number.isNaN(at) ? {} : { sampledAtMs: at }),
    metrics,
    resources: measured.resources
      .filter(({ resource }) => familyOf(resource) === 'filesystem')
      .map(({ resource, values }) => ({ resource, metrics: fileSystemOf(values) })),
    cpuAtMs,
    networkAtMs,
  };
}

function fileSystemOf(values: readonly number[]): Metrics {
  const known: Record<string, number> = {};
  for (const [index, name] of FILE_SYSTEM.entries()) {
    const value = values[index];
    if (value !== undefined && !Number.isNaN(value) && SHOWN_OF_FILE_SYSTEM.has(name)) known[name] = value;
  }
  return known;
}

/** Fractions that nobody can see cost half of an event's bytes. */
function inThousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
