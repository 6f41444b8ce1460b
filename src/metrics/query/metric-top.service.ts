import { Inject, Injectable } from '@nestjs/common';
import type { TimePoint } from '../../core/time-range.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { LimitHits } from '../../platform/limit-hits.js';
import { unitOfPoints } from '../core/query/unit-of-points.js';
import type { MetricValues, TopMetrics } from '../metric-newest.schema.js';
import type { ObjectSelector, Series } from '../metric-store.port.js';
import type { Asked } from '../../auth/asked.js';
import { CollectionCoverage } from './collection-coverage.js';
import { isoOf } from './iso-of.js';
import { MetricNewestService } from './metric-newest.service.js';
import { NamedObjectsCheck } from './named-objects-check.js';
import { cursorAt, type PagePlace, placeOf } from './page-cursor.js';
import { QueryGate } from './query-gate.js';
import { cutBecause, cutBy, requireLimit, requireSpan } from './query-limits.js';
import { selectObjects } from './select-objects.js';
import { toObject, toValue } from './to-answer.js';
import { type SpanValues, WholeSpanReader } from './whole-span-reader.js';

type SpanTop = TopMetrics & { readonly from: TimePoint };

/** Orders objects by a value: the newest one, or one made of a span. */
@Injectable()
export class MetricTopService {
  constructor(
    private readonly newest: MetricNewestService,
    private readonly spans: WholeSpanReader,
    private readonly coverage: CollectionCoverage,
    private readonly named: NamedObjectsCheck,
    private readonly gate: QueryGate,
    private readonly hits: LimitHits,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws ProblemError 400 over a limit, 403, 404 unknown object, 422 too slow, 429 too many queries */
  async top(query: TopMetrics, asked: Asked): Promise<MetricValues> {
    return isOfSpan(query) ? this.ofSpan(query, asked) : this.newest.top(query, asked);
  }

  private async ofSpan(query: SpanTop, asked: Asked): Promise<MetricValues> {
    const startedMs = this.clock.now();
    const limit = requireLimit(query.limit, this.config, asked.pointerTo);
    const place = placeOf(query.cursor, 2, this.config.queryMaxCells, asked.pointerTo('cursor'));
    const span = requireSpan(spanOf(query, place), startedMs, this.config, asked.pointerTo);
    const select = selectObjects(query, asked.caller, query.metric.resource);
    const { aggregation = 'avg' } = query;
    const plan = await this.spans.plan({ ...span, select, metric: query.metric.metric, aggregation }, asked.pointerTo);
    return this.gate.share(asked, async (signal) => {
      const [found, coverage] = await Promise.all([
        this.spans.read(plan, this.config.queryMaxCells, signal),
        this.coverage.over(plan.fromMs, plan.toMs, asked.caller),
      ]);
      await this.requireNamed(found, select, signal);
      const skip = place?.skip ?? 0;
      const items = ordered(found, query.order).slice(skip, skip + limit);
      const next =
        skip + limit < found.series.length ? { instantsMs: [span.fromMs, span.toMs], skip: skip + limit } : undefined;
      if (found.isCut) this.hits.cut('QUERY_MAX_CELLS');
      else if (next) this.hits.cut(cutBy('objects', query.limit));
      return {
        ...this.answer(query, plan, items),
        notes: [...plan.notes, ...found.notes],
        ...(next ? { nextCursor: cursorAt(next) } : {}),
        coverage,
        truncated: next !== undefined || found.isCut,
        ...(next ? { truncatedBecause: cutBecause('objects', next.skip, query.limit) } : {}),
        ...(found.isCut
          ? {
              truncatedBecause: `More than ${this.config.queryMaxCells} objects match (QUERY_MAX_CELLS): select fewer.`,
            }
          : {}),
        tookMs: this.clock.now() - startedMs,
      };
    });
  }

  private answer(
    { metric: { metric }, object, aggregation = 'avg' }: SpanTop,
    plan: Parameters<WholeSpanReader['read']>[0],
    items: readonly Series[],
  ): Omit<MetricValues, 'coverage' | 'truncated' | 'notes' | 'tookMs'> {
    const unit = unitOfPoints(metric, aggregation);
    const from = isoOf(plan.fromMs);
    return {
      metric: metric.name,
      unit,
      object,
      from,
      to: isoOf(plan.toMs),
      aggregation,
      items: items.map((one) => ({
        object: toObject(one.object),
        time: from,
        ...(unit === metric.unit ? toValue(metric, valueOf(one)) : { value: valueOf(one) }),
      })),
      resolution: plan.tier,
      resolutionMs: plan.resolutionMs,
    };
  }

  private async requireNamed({ series }: SpanValues, select: ObjectSelector, signal: AbortSignal): Promise<void> {
    if (series.length === 0) await this.named.require(select, signal);
  }
}

function isOfSpan(query: TopMetrics): query is SpanTop {
  return query.from !== undefined;
}

/** Later pages stand on the instants of the first. */
function spanOf(
  { from, to = { fromNowMs: 0 } }: SpanTop,
  place: PagePlace | undefined,
): { from: TimePoint; to: TimePoint } {
  if (!place) return { from, to };
  const [fromMs = 0, toMs = 0] = place.instantsMs;
  return { from: { epochMs: fromMs }, to: { epochMs: toMs } };
}

/** Equal values stay in the store's order, by identity. */
function ordered({ series }: SpanValues, order: TopMetrics['order']): readonly Series[] {
  if (order === 'name') return series;
  const sign = order === 'asc' ? 1 : -1;
  return series.toSorted((left, right) => sign * (valueOf(left) - valueOf(right)));
}

function valueOf({ points }: Series): number {
  return points[0]?.[1] ?? 0;
}
