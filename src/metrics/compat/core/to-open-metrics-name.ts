import type { Metric, MetricUnit } from '../../core/catalogue/metric.js';

/**
 * What a metric of the catalogue is called in OpenMetrics and in Prometheus' text format: made by rule from its row, so that a new metric has its name at once
 * and no name ever changes by itself. One metric is one family over all kinds of objects; the label `object` tells these apart.
 *
 * The rule: the prefix, the name with `_` for `/`, the base unit as its suffix, and `_total` at the samples of a counter. A `_rate` gives way to the unit, which
 * says the same (`cpu/usage_rate`: `…cpu_usage_cores`), and `x_count` becomes the plural `xs`, as `_count` is kept for histograms.
 * Source: OpenMetrics 1.0 (2020-11, sections 4.4 and 4.6) and prometheus.io/docs/practices/naming.
 */

/** Before every name: neither kube-state-metrics, cAdvisor nor kubelets use it, and Quartermaster's own health (`quartermaster_…`) has no such names. */
export const OPEN_METRICS_PREFIX = 'quartermaster_kube_';

export interface OpenMetricsName {
  /** The family's name: of a counter without `_total`. */
  readonly family: string;
  /** The name that samples bear; in Prometheus' text format that of the family too. */
  readonly sample: string;
  readonly type: 'gauge' | 'counter';
  /** The base unit, with which the family's name ends; absent where things are counted. */
  readonly unit?: string;
  /** The catalogue's value divided by this is the exposed one; dividing keeps the digits that multiplying by 1e-9 would spoil. */
  readonly divisor: number;
}

const BASE_UNITS: Readonly<Record<MetricUnit, { readonly unit?: string; readonly divisor: number }>> = {
  count: { divisor: 1 },
  bytes: { unit: 'bytes', divisor: 1 },
  ms: { unit: 'seconds', divisor: 1e3 },
  us: { unit: 'seconds', divisor: 1e6 },
  ns: { unit: 'seconds', divisor: 1e9 },
  millicores: { unit: 'cores', divisor: 1e3 },
  ratio: { unit: 'ratio', divisor: 1 },
  'bytes/s': { unit: 'bytes_per_second', divisor: 1 },
  '1/s': { unit: 'per_second', divisor: 1 },
};

export function toOpenMetricsName({ name, kind, unit }: Pick<Metric, 'name' | 'kind' | 'unit'>): OpenMetricsName {
  const base = BASE_UNITS[unit];
  const subject = pluralOfCount(name.replaceAll(/[^a-zA-Z0-9]+/g, '_').replace(/_rate$/, ''));
  const family = `${OPEN_METRICS_PREFIX}${base.unit === undefined ? subject : withUnit(subject, base.unit)}`;
  return kind === 'cumulative'
    ? { family, sample: `${family}_total`, type: 'counter', ...base }
    : { family, sample: family, type: 'gauge', ...base };
}

/** `restart_count` is `restarts`, `process_count` is `processes`. */
function pluralOfCount(subject: string): string {
  return subject.replace(/s_count$/, 'ses').replace(/_count$/, 's');
}

/** A unit that stands there already is not said twice: `disk_io_read_bytes` is `disk_io_read_bytes_per_second` a second. */
function withUnit(subject: string, unit: string): string {
  const [first = ''] = unit.split('_');
  return `${subject.replace(new RegExp(`_${first}$`), '')}_${unit}`;
}
