import { type LabelPredicate, parseLabelSelector } from '../../core/label-selector.js';
import type { Metric } from './catalogue/metric.js';
import { findMetric, METRICS, metricsOfObject } from './metric-catalogue.js';
import type { Sample } from './sample.js';

/**
 * Which samples, and which of their values, go to a sink. A name with `*` at its end means everything that begins so. Each condition that is given must be
 * fulfilled; what is left out does not filter.
 */
export interface SampleFilter {
  /** Names or beginnings of metrics, or Heapster's aliases; none means all. */
  readonly metrics: readonly string[];
  readonly excludeMetrics: readonly string[];
  /** Names or beginnings; when there are any, objects that belong to no namespace (nodes, the cluster) are left out. */
  readonly namespaces: readonly string[];
  /** A Kubernetes label selector on the labels of the node or pod; an object without labels is judged as one that has none. */
  readonly labelSelector?: string;
}

const NO_LABELS = {};

/** Applies a filter to samples, one at a time. */
export class FilterSamples {
  /** Of each list of metrics that samples have: which are wanted. The lists are the catalogue's, made once. */
  private readonly wanted = new WeakMap<readonly Metric[], readonly boolean[]>();
  private readonly namespaces = new Map<string, boolean>();
  private readonly matchesLabels: LabelPredicate | undefined;

  /** @throws LabelSelectorError */
  constructor(private readonly filter: SampleFilter) {
    const { labelSelector } = filter;
    this.matchesLabels = labelSelector === undefined ? undefined : parseLabelSelector(labelSelector);
  }

  /** The sample with only the values that are wanted (others are unknown); undefined when nothing of it is. */
  apply(sample: Sample): Sample | undefined {
    const { object } = sample;
    if (this.filter.namespaces.length > 0 && !this.takesNamespace(object.namespace)) return undefined;
    if (this.matchesLabels && !this.matchesLabels(object.labels ?? NO_LABELS)) return undefined;
    const wanted = this.wantedOf(metricsOfObject(object));
    const values = sample.values.map((value, index) => (wanted[index] ? value : Number.NaN));
    return values.some((value) => !Number.isNaN(value)) ? { ...sample, values } : undefined;
  }

  private takesNamespace(namespace: string | undefined): boolean {
    if (namespace === undefined) return false;
    let taken = this.namespaces.get(namespace);
    if (taken === undefined) {
      taken = this.filter.namespaces.some((pattern) => isNamed(namespace, pattern));
      this.namespaces.set(namespace, taken);
    }
    return taken;
  }

  private wantedOf(metrics: readonly Metric[]): readonly boolean[] {
    let wanted = this.wanted.get(metrics);
    if (!wanted) {
      const { metrics: include, excludeMetrics: exclude } = this.filter;
      wanted = metrics.map(
        (metric) =>
          (include.length === 0 || include.some((pattern) => isMetric(metric, pattern))) &&
          !exclude.some((pattern) => isMetric(metric, pattern)),
      );
      this.wanted.set(metrics, wanted);
    }
    return wanted;
  }
}

/** Those of the patterns that mean no metric of the catalogue. */
export function unknownMetrics(patterns: readonly string[]): string[] {
  return patterns.filter((pattern) => !METRICS.some((metric) => isMetric(metric, pattern)));
}

function isMetric(metric: Metric, pattern: string): boolean {
  return pattern.endsWith('*') ? isNamed(metric.name, pattern) : findMetric(pattern) === metric;
}

function isNamed(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
