import { Injectable } from '@nestjs/common';
import type { Asked } from '../auth/asked.js';
import { ClusterView } from '../cluster/cluster-view.js';
import type { ClusterPod } from '../cluster/core/cluster-objects.js';
import type { AskedMetric } from '../metrics/core/query/resolve-metric.js';
import { resolveMetric } from '../metrics/core/query/resolve-metric.js';
import type { MetricRange, QueryMetrics } from '../metrics/metric-query.schema.js';
import { MetricRangeService } from '../metrics/query/metric-range.service.js';
import { findRestarts, type RestartSeries } from './core/find-restarts.js';
import type { TimelineAxis, TimelineSubject } from './timeline-subject.js';
import type { TimelineRestart } from './timeline.schema.js';

const USUAL = ['cpu/usage_rate', 'memory/working_set'];

/** What metrics say of a pod, workload or node on the axis. */
@Injectable()
export class TimelineMetrics {
  constructor(
    private readonly ranges: MetricRangeService,
    private readonly view: ClusterView,
  ) {}

  /** The metrics that are asked for; those of a workload summed over its pods. @throws ProblemError */
  metrics(
    subject: TimelineSubject,
    axis: TimelineAxis,
    metric: readonly AskedMetric[] | undefined,
    asked: Asked,
  ): Promise<MetricRange> {
    const question = { ...selectorOf(subject), object: subject.kind === 'node' ? 'node' : 'pod' } as const;
    return this.ranges.query(
      {
        ...rangeOf(axis),
        ...question,
        metric: [...(metric ?? USUAL.map(named))],
        aggregation: 'avg',
        ...(subject.kind === 'workload' ? { groupBy: ['workload'] } : {}),
      },
      asked,
    );
  }

  /** When containers were restarted, started and ended. @throws ProblemError */
  async restarts(subject: TimelineSubject, axis: TimelineAxis, asked: Asked): Promise<TimelineRestart[]> {
    const question = { ...rangeOf(axis), ...selectorOf(subject), object: 'pod_container' } as const;
    const range = await this.ranges.query(
      { ...question, metric: [named('restart_count')], aggregation: 'increase' },
      asked,
    );
    const series = (range.results[0]?.series ?? []).map(seriesOf);
    const containers = this.podsOf(subject).flatMap((pod) =>
      pod.containers.map(({ name: container, startedAtMs, lastEnd }) => ({
        namespace: pod.namespace,
        pod: pod.name,
        container,
        ...(startedAtMs === undefined ? {} : { startedAtMs }),
        ...(lastEnd === undefined ? {} : { lastEnd }),
      })),
    );
    return findRestarts(series, containers, axis).map(({ atMs, ...change }) => {
      return { at: new Date(atMs).toISOString(), ...change };
    });
  }

  /** Whether the cluster has it now. */
  isThere(subject: TimelineSubject): boolean {
    return subject.kind === 'node' ? this.view.node(subject.name) !== undefined : this.podsOf(subject).length > 0;
  }

  private podsOf(subject: TimelineSubject): readonly ClusterPod[] {
    const { name } = subject;
    if (subject.kind === 'node') return this.view.podsOnNode(name);
    const { namespace } = subject;
    if (subject.kind === 'workload') return this.view.pods({ namespace, workload: name });
    const pod = this.view.pod(namespace, name);
    return pod ? [pod] : [];
  }
}

function rangeOf({ fromMs, toMs, stepMs }: TimelineAxis) {
  const span = { from: { epochMs: fromMs }, to: { epochMs: toMs }, step: stepMs };
  return { ...span, fill: 'none', timeZone: 'UTC' } satisfies Partial<QueryMetrics>;
}

function selectorOf(subject: TimelineSubject) {
  const { name } = subject;
  if (subject.kind === 'node') return { node: name };
  return { namespace: subject.namespace, [subject.kind]: name } as {
    namespace: string;
    pod?: string;
    workload?: string;
  };
}

function named(name: string): AskedMetric {
  const metric = resolveMetric(name);
  if (!metric) throw new Error(`No metric is called ${name}`);
  return metric;
}

function seriesOf({ object, points }: MetricRange['results'][number]['series'][number]): RestartSeries {
  const { namespace = '', pod = '', container = '' } = object ?? {};
  return {
    namespace,
    pod,
    container,
    points: points.map(({ time, value }) => ({ atMs: Date.parse(time), restarts: Math.round(value ?? 0) })),
  };
}
