import type { Metric } from '../../core/catalogue/metric.js';
import { METRICS, metricsOfObject } from '../../core/metric-catalogue.js';
import type { MetricObject } from '../../core/sample.js';
import { openMetricsLabels } from './open-metrics-labels.js';
import { toOpenMetricsName } from './to-open-metrics-name.js';
import type { ExposedFamily, ExposedSample } from './write-exposition.js';

/** One object's values of one cycle, in the order of `metricsOfObject(object)`. */
export interface NewestSample {
  readonly object: MetricObject;
  readonly cycleAtMs: number;
  readonly values: readonly number[];
}

/** What is written together: a node with all that is on it, or the sums that belong to no node. */
interface Scope {
  newestCycleAtMs: number;
}

interface Row {
  readonly labels: string;
  readonly scope: Scope;
  readonly cycleAtMs: number;
  readonly values: readonly number[];
}

/**
 * Turns the newest samples of objects, which come object by object, into families, which want all samples of a metric together. For this it holds every sample:
 * its labels as one string and its values as they came, about half a KiB an object.
 *
 * What it leaves out: values that are unknown; the earlier of two pods of one name, place and workload, which differ by their uid alone and would be the same
 * series; and what its node's newer cycle no longer names, for that is gone.
 */
export class NewestSamples {
  /** By the metrics that their values stand for: one kind of object, or one family of its resources. */
  private readonly kinds = new Map<readonly Metric[], Row[]>();
  private readonly scopes = new Map<string, Scope>();
  private count = 0;

  /** @param wanted the metrics that are exposed; absent: every one */
  constructor(private readonly wanted?: ReadonlySet<Metric>) {}

  /** How many lines there will be; those of objects that turn out to be gone are still counted. */
  get size(): number {
    return this.count;
  }

  /** Takes the next sample; samples come by type and identity, as `MetricReader.newest` gives them. */
  add({ object, cycleAtMs, values }: NewestSample): void {
    const scope = this.scopeOf(object.node ?? '');
    scope.newestCycleAtMs = Math.max(scope.newestCycleAtMs, cycleAtMs);
    const metrics = metricsOfObject(object);
    const known = this.known(metrics, values);
    if (known === 0) return;
    const rows = this.rowsOf(metrics);
    const row = { labels: openMetricsLabels(object), scope, cycleAtMs, values };
    const last = rows.at(-1);
    if (last?.labels === row.labels) {
      if (last.cycleAtMs > cycleAtMs) return;
      this.count -= this.known(metrics, last.values);
      rows.pop();
    }
    this.count += known;
    rows.push(row);
  }

  /** By the order of the catalogue, and in each by kind of object and identity. */
  *families(): Generator<ExposedFamily> {
    for (const metric of METRICS) {
      if (this.wanted && !this.wanted.has(metric)) continue;
      const name = toOpenMetricsName(metric);
      yield { name, help: helpOf(metric), samples: this.samplesOf(metric, name.divisor) };
    }
  }

  private *samplesOf(metric: Metric, divisor: number): Generator<ExposedSample> {
    for (const [metrics, rows] of this.kinds) {
      const index = metrics.indexOf(metric);
      if (index < 0) continue;
      for (const { labels, scope, cycleAtMs, values } of rows) {
        const value = values[index];
        if (!isKnown(value) || cycleAtMs < scope.newestCycleAtMs) continue;
        yield { labels, value: value / divisor, atMs: cycleAtMs };
      }
    }
  }

  private known(metrics: readonly Metric[], values: readonly number[]): number {
    let count = 0;
    for (let index = 0; index < values.length; index += 1) {
      const metric = metrics[index];
      if (metric && isKnown(values[index]) && (this.wanted?.has(metric) ?? true)) count += 1;
    }
    return count;
  }

  private rowsOf(metrics: readonly Metric[]): Row[] {
    const found = this.kinds.get(metrics) ?? [];
    this.kinds.set(metrics, found);
    return found;
  }

  private scopeOf(name: string): Scope {
    const found = this.scopes.get(name) ?? { newestCycleAtMs: -Infinity };
    this.scopes.set(name, found);
    return found;
  }
}

function isKnown(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

function helpOf({ name, description, objects, family }: Metric): string {
  const each = family === undefined ? '' : `, each ${family} as resource`;
  return `${description} (${name}; object: ${objects.join(', ')}${each}).`;
}
