import { Inject, Injectable } from '@nestjs/common';
import { formatDuration } from '../../core/duration.js';
import { CONFIG, type Config } from '../../platform/config.js';
import type { LimitName } from '../../platform/limits.js';
import { findMetric } from '../core/metric-catalogue.js';
import { percentile } from '../core/query/percentile.js';
import {
  subjectKey,
  subjectOf,
  USAGE_METRICS,
  USAGE_RESOURCES,
  type UsageResource,
  type UsageScope,
} from '../core/query/summarize-usage.js';
import { MetricReader, type ObjectSelector, type TierName } from '../metric-store.port.js';
import type { Asked } from '../../auth/asked.js';
import { noteLost } from './note-lost.js';
import type { QueryPlan, RangePlan } from './plan-range.js';
import { requireRows, type Span } from './query-limits.js';
import { RangePlanner } from './range-planner.js';
import type { RangeQuestion } from './range-request.js';
import { readRange } from './read-range.js';
import { type PlannedSpan, WholeSpanReader } from './whole-span-reader.js';

/** A week in steps of a quarter of an hour. */
const WORKLOAD_POINTS = 672;

type Read = { readonly spans: readonly PlannedSpan[] } | { readonly ranges: readonly QueryPlan[] };

/** How the use over time is read. */
export interface PlannedUsage {
  readonly scope: UsageScope;
  readonly read: Read;
  readonly resolution: TierName;
  readonly resolutionMs: number;
  readonly notes: readonly string[];
}

/** The 95th percentile of use, by resource and by `subjectKey`. */
export interface UsageP95 {
  readonly p95: Readonly<Record<UsageResource, ReadonlyMap<string, number>>>;
  /** Some workloads are missing. */
  readonly isCut: boolean;
  /** The limits of which that comes. */
  readonly cutBy: readonly LimitName[];
  /** What of the span is lost with damaged files. */
  readonly notes: readonly string[];
}

/**
 * The 95th percentile of what is used over a span. Of the cluster, nodes and namespaces it is that of their samples; a workload's use is the sum over its pods, whose
 * number changes, so it is that of the workload's averages in steps.
 */
@Injectable()
export class UsageOverTime {
  constructor(
    private readonly reader: MetricReader,
    private readonly spans: WholeSpanReader,
    private readonly planner: RangePlanner,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws ProblemError 400 over a limit */
  async plan(scope: UsageScope, select: ObjectSelector, span: Span, asked: Asked): Promise<PlannedUsage> {
    if (scope === 'workload') return this.planWorkloads(select, span, asked);
    const spans = await Promise.all(
      USAGE_RESOURCES.map((resource) => {
        const question = { ...span, select, metric: metricOf(resource), aggregation: 'p95' as const };
        return this.spans.plan(question, asked.pointerTo);
      }),
    );
    const rows = spans.reduce((sum, one) => sum + one.rows, 0);
    requireRows(rows, span.toMs - span.fromMs, this.config, asked.pointerTo('from'));
    const [first] = spans;
    const { tier = 'raw', resolutionMs = 0, notes = [] } = first ?? {};
    return { scope, read: { spans }, resolution: tier, resolutionMs, notes };
  }

  async read({ scope, read }: PlannedUsage, signal: AbortSignal): Promise<UsageP95> {
    const found =
      'spans' in read ? await this.ofObjects(scope, read.spans, signal) : await this.ofWorkloads(read.ranges, signal);
    const [cpu, memory, ephemeralStorage] = found.map(({ p95 }) => p95);
    const none = new Map<string, number>();
    return {
      p95: { cpu: cpu ?? none, memory: memory ?? none, ephemeralStorage: ephemeralStorage ?? none },
      isCut: found.some(({ isCut }) => isCut),
      cutBy: [...new Set(found.flatMap(({ isCut, cutBy }) => (isCut && cutBy !== undefined ? [cutBy] : [])))],
      notes: [...new Set(found.flatMap(({ notes }) => notes))],
    };
  }

  private async planWorkloads(select: ObjectSelector, { fromMs, toMs }: Span, asked: Asked): Promise<PlannedUsage> {
    const { node, namespace, workload } = select;
    const questions = USAGE_RESOURCES.map((resource): RangeQuestion => ({
      id: resource,
      metric: { metric: metricOf(resource) },
      object: 'pod',
      node,
      namespace,
      workload,
      aggregation: 'avg',
      groupBy: ['workload'],
      across: 'sum',
      at: '',
    }));
    const maxPoints = Math.min(WORKLOAD_POINTS, Math.max(2, this.config.queryMaxPoints));
    const span = { from: { epochMs: fromMs }, to: { epochMs: toMs } };
    const request = {
      ...span,
      questions,
      expressions: [],
      maxPoints,
      fill: 'none',
      timeZone: 'UTC',
    } as const;
    // one resource is read after the other and none is kept whole: each may take as much as a whole answer
    const over = { queryMaxCells: this.config.queryMaxCells * questions.length };
    const plan = await this.planner.plan(request, asked, over);
    const [first] = plan.queries;
    const { name: resolution = 'raw', resolutionMs = 0 } = first?.tier ?? {};
    return { scope: 'workload', read: { ranges: plan.queries }, resolution, resolutionMs, notes: [stepNote(plan)] };
  }

  private async ofObjects(scope: UsageScope, spans: readonly PlannedSpan[], signal: AbortSignal) {
    const found = [];
    for (const span of spans) {
      const { series, isCut, notes } = await this.spans.read(span, this.config.queryMaxCells, signal);
      const values = series.flatMap(({ object, points: [point] }): [string, number][] => {
        const subject = subjectOf(scope, object);
        return subject && point ? [[subjectKey(subject), point[1]]] : [];
      });
      found.push({ p95: new Map(values), isCut, cutBy: 'QUERY_MAX_CELLS' as const, notes });
    }
    return found;
  }

  private async ofWorkloads(ranges: readonly QueryPlan[], signal: AbortSignal) {
    const found = [];
    for (const range of ranges) {
      const series = await readRange(this.reader, range, signal);
      const values = series.slice(0, range.maxSeries).flatMap(({ group = {}, points }): [string, number][] => {
        const p95 = percentile(
          points.map(([, value]) => value),
          0.95,
        );
        return p95 === undefined || group['workload'] === undefined ? [] : [[subjectKey(group), p95]];
      });
      found.push({ p95: new Map(values), isCut: series.length > range.maxSeries, cutBy: range.cutBy });
    }
    const read = ranges.map(({ fromMs, toMs, tier }) => {
      return { tier: tier.name, type: 'pod', family: undefined, fromMs, toMs } as const;
    });
    const notes = noteLost(await this.reader.lost(), read);
    return found.map((one) => ({ ...one, notes }));
  }
}

function stepNote({ stepMs }: RangePlan): string {
  return `usageP95 of a workload is of its averages in steps of ${formatDuration(stepMs)}.`;
}

function metricOf(resource: UsageResource) {
  const metric = findMetric(USAGE_METRICS[resource]);
  if (!metric) throw new RangeError(`${USAGE_METRICS[resource]} is not in the catalogue`);
  return metric;
}
