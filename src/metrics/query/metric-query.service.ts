import { Inject, Injectable } from '@nestjs/common';
import { formatDuration } from '../../core/duration.js';
import { instantAt } from '../../core/time-range.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput, ProblemError } from '../../platform/errors.js';
import type { InstantMetrics, MetricRange, MetricValues, QueryMetrics, TopMetrics } from '../metric-query.schema.js';
import { MetricReader, type InstantQuery, type ObjectSelector } from '../metric-store.port.js';
import type { Asked } from './asked.js';
import { CollectionCoverage } from './collection-coverage.js';
import { LiveObjects } from './live-objects.port.js';
import { namedObjects } from './named-objects.js';
import { cutBecause, planRange, requireLimit } from './plan-range.js';
import { QueryGate } from './query-gate.js';
import { selectObjects } from './select-objects.js';
import { aboutOf, toSeries, toValues } from './to-answer.js';

/** How many resolutions back the newest value is looked for. */
const LOOKBACK_CYCLES = 3;
/** Kubelets may keep the same figures for 15 seconds, and then there is no rate in a cycle. */
const LEAST_LOOKBACK_MS = 45_000;

/**
 * Answers questions about one metric. Limits are held before the store is asked; an empty answer is looked into, so that a name that is
 * nowhere known becomes a 404 and not an empty list.
 */
@Injectable()
export class MetricQueryService {
  constructor(
    private readonly reader: MetricReader,
    private readonly coverage: CollectionCoverage,
    private readonly live: LiveObjects,
    private readonly gate: QueryGate,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Series over a range. @throws ProblemError 400 over a limit, 403, 404 unknown object, 422 too slow, 429 too many queries */
  async range(query: QueryMetrics, asked: Asked): Promise<MetricRange> {
    const { metric, object, aggregation } = query;
    const select = selectObjects(query, asked.caller);
    const plan = planRange(query, this.clock.now(), this.config, asked.pointerTo);
    const { fromMs, toMs, stepMs, maxSeries } = plan;
    return this.gate.run(asked.signal, async (signal) => {
      const [series, coverage] = await Promise.all([
        this.reader.range(
          { metric: metric.name, select, fromMs, toMs, stepMs, aggregation, maxSeries: maxSeries + 1 },
          signal,
        ),
        this.coverage.over(fromMs, toMs, asked.caller),
      ]);
      if (series.length === 0) await this.requireNamed(select, signal);
      return {
        ...aboutOf(metric, object),
        aggregation,
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        stepMs,
        series: toSeries(series.slice(0, maxSeries)),
        ...this.completeness(coverage, series.length > maxSeries, plan.truncatedBecause),
      };
    });
  }

  /** The newest value of each object, by identity. @throws as `range` */
  async instant(query: InstantMetrics, asked: Asked): Promise<MetricValues> {
    return this.newest(query, 'object', asked);
  }

  /** The objects with the greatest or smallest newest values. @throws as `range` */
  async top(query: TopMetrics, asked: Asked): Promise<MetricValues> {
    return this.newest(query, query.order === 'desc' ? 'valueDescending' : 'valueAscending', asked);
  }

  private async newest(query: InstantMetrics, order: InstantQuery['order'], asked: Asked): Promise<MetricValues> {
    const { metric, object } = query;
    const select = selectObjects(query, asked.caller);
    const limit = requireLimit(query.limit, this.config, asked.pointerTo);
    const lookbackMs = this.lookback(query.lookback, asked);
    const atMs = instantAt(query.at, this.clock.now());
    return this.gate.run(asked.signal, async (signal) => {
      const [values, coverage] = await Promise.all([
        this.reader.instant({ metric: metric.name, select, atMs, lookbackMs, limit: limit + 1, order }, signal),
        this.coverage.newest(atMs, lookbackMs, asked.caller),
      ]);
      if (values.length === 0) await this.requireNamed(select, signal);
      return {
        ...aboutOf(metric, object),
        at: new Date(atMs).toISOString(),
        lookbackMs,
        items: toValues(values.slice(0, limit), atMs),
        ...this.completeness(coverage, values.length > limit, cutBecause('objects', limit, query.limit)),
      };
    });
  }

  private lookback(askedMs: number | undefined, { pointerTo }: Asked): number {
    if (askedMs === undefined) return Math.max(LOOKBACK_CYCLES * this.config.metricResolutionMs, LEAST_LOOKBACK_MS);
    if (askedMs <= this.config.queryMaxSpanMs) return askedMs;
    const most = formatDuration(this.config.queryMaxSpanMs);
    throw invalidInput(pointerTo('lookback'), `must be at most ${most} (QUERY_MAX_SPAN)`);
  }

  /** @throws ProblemError 404 that names the first thing which neither the store nor the cluster knows */
  private async requireNamed(select: ObjectSelector, signal: AbortSignal): Promise<void> {
    for (const { what, found } of namedObjects(select)) {
      if (found.some((one) => this.live.has(one))) continue;
      const known = await Promise.all(found.map((one) => this.reader.knows(one, signal)));
      if (!known.includes(true)) throw new ProblemError('NOT_FOUND', `There is no ${what}.`);
    }
  }

  private completeness(
    coverage: MetricRange['coverage'],
    truncated: boolean,
    truncatedBecause: string,
  ): Pick<MetricRange, 'resolutionMs' | 'coverage' | 'truncated' | 'truncatedBecause'> {
    const resolutionMs = this.config.metricResolutionMs;
    return { resolutionMs, coverage, truncated, ...(truncated ? { truncatedBecause } : {}) };
  }
}
