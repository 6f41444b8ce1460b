import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import type { Metric } from '../core/catalogue/metric.js';
import { type Aggregation, MetricReader, type ObjectSelector, type Series } from '../metric-store.port.js';
import { KeptTiers } from './kept-tiers.js';
import { LiveObjects } from './live-objects.port.js';
import { noteLost } from './note-lost.js';
import { RESOURCES_EACH } from './plan-range.js';
import { planWholeSpan, type WholeSpanPlan } from './plan-whole-span.js';
import { type PointerTo, requireRows, type Span } from './query-limits.js';

export interface SpanQuestion extends Span {
  readonly select: ObjectSelector;
  readonly metric: Metric;
  readonly aggregation: Aggregation;
}

export type PlannedSpan = SpanQuestion & WholeSpanPlan;

export interface SpanValues {
  /** Each of one point, by identity. */
  readonly series: readonly Series[];
  /** There are more than were to be read. */
  readonly isCut: boolean;
  /** What of the span is lost with damaged files. */
  readonly notes: readonly string[];
}

/** Reads one value of each object, made of a whole span. */
@Injectable()
export class WholeSpanReader {
  constructor(
    private readonly reader: MetricReader,
    private readonly tiers: KeptTiers,
    private readonly live: LiveObjects,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws ProblemError 400 when too many rows would be read */
  async plan(question: SpanQuestion, pointerTo: PointerTo): Promise<PlannedSpan> {
    const { metric, select, fromMs, toMs } = question;
    const each = metric.family && select.resource === undefined ? RESOURCES_EACH : 1;
    const plan = planWholeSpan({
      ...question,
      tiers: await this.tiers.get(),
      rawMs: this.config.metricResolutionMs,
      objects: this.live.count(select) * each,
      maxRows: this.config.queryMaxRows,
    });
    requireRows(plan.rows, toMs - fromMs, this.config, pointerTo('from'));
    return { ...question, ...plan };
  }

  async read(plan: PlannedSpan, maxSeries: number, signal: AbortSignal): Promise<SpanValues> {
    const { select, fromMs, toMs, aggregation, tier } = plan;
    const { name: metric, family } = plan.metric;
    const step = { stepMs: toMs - fromMs, originMs: fromMs };
    const query = { metric, select, fromMs, toMs, ...step, aggregation, tier, maxSeries: maxSeries + 1 };
    const series = await this.reader.range(query, signal);
    const read = { tier, type: select.type, family, fromMs, toMs };
    const notes = noteLost(await this.reader.lost(), [read]);
    return { series: series.slice(0, maxSeries), isCut: series.length > maxSeries, notes };
  }
}
