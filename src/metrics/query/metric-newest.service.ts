import { Inject, Injectable } from '@nestjs/common';
import { formatDuration } from '../../core/duration.js';
import { instantAt } from '../../core/time-range.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput } from '../../platform/errors.js';
import { LimitHits } from '../../platform/limit-hits.js';
import type { InstantMetrics, MetricValues, TopMetrics } from '../metric-newest.schema.js';
import { type InstantQuery, MetricReader } from '../metric-store.port.js';
import type { Asked } from '../../auth/asked.js';
import { CollectionCoverage } from './collection-coverage.js';
import { isoOf } from './iso-of.js';
import { LiveObjects } from './live-objects.port.js';
import { NamedObjectsCheck } from './named-objects-check.js';
import { noteLost } from './note-lost.js';
import { cursorAt, placeOf } from './page-cursor.js';
import { usualLookbackMs } from '../core/usual-lookback.js';
import { RESOURCES_EACH } from './plan-range.js';
import { QueryGate } from './query-gate.js';
import { cutBecause, cutBy, requireLimit, requireRows } from './query-limits.js';
import { selectObjects } from './select-objects.js';
import { timeOf, toObject, toValue } from './to-answer.js';

const ORDERS = { desc: 'valueDescending', asc: 'valueAscending', name: 'object' } as const;

/** Answers questions about the newest value of one metric for each object. Limits are held before the store is asked. */
@Injectable()
export class MetricNewestService {
  constructor(
    private readonly reader: MetricReader,
    private readonly coverage: CollectionCoverage,
    private readonly named: NamedObjectsCheck,
    private readonly live: LiveObjects,
    private readonly gate: QueryGate,
    private readonly hits: LimitHits,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The newest value of each object, by identity. @throws ProblemError 400 over a limit, 403, 404 unknown object, 422 too slow, 429 too many queries */
  async instant(query: InstantMetrics, asked: Asked): Promise<MetricValues> {
    return this.newest(query, 'object', asked);
  }

  /** The objects with the greatest or smallest newest values. @throws as `instant` */
  async top({ at = { fromNowMs: 0 }, order, ...query }: TopMetrics, asked: Asked): Promise<MetricValues> {
    return this.newest({ ...query, at }, ORDERS[order], asked);
  }

  private async newest(query: InstantMetrics, order: InstantQuery['order'], asked: Asked): Promise<MetricValues> {
    const startedMs = this.clock.now();
    const { metric, resource } = query.metric;
    const { metricResolutionMs: resolutionMs, queryMaxCells } = this.config;
    const select = selectObjects(query, asked.caller, resource);
    const limit = requireLimit(query.limit, this.config, asked.pointerTo);
    const lookbackMs = this.lookback(query.lookback, asked);
    const place = placeOf(query.cursor, 1, queryMaxCells, asked.pointerTo('cursor'));
    const atMs = place?.instantsMs[0] ?? instantAt(query.at, startedMs);
    const skip = place?.skip ?? 0;
    const each = metric.family && select.resource === undefined ? RESOURCES_EACH : 1;
    const rows = this.live.count(select) * each * Math.ceil(lookbackMs / resolutionMs);
    requireRows(rows, lookbackMs, this.config, asked.pointerTo('lookback'));
    return this.gate.share(asked, async (signal) => {
      const [found, coverage] = await Promise.all([
        this.reader.instant({ metric: metric.name, select, atMs, lookbackMs, limit: skip + limit + 1, order }, signal),
        this.coverage.newest(atMs, lookbackMs, asked.caller),
      ]);
      if (found.length === 0) await this.named.require(select, signal);
      const read = {
        tier: 'raw',
        type: select.type,
        family: metric.family,
        fromMs: atMs - lookbackMs,
        toMs: atMs + 1,
      } as const;
      const notes = noteLost(await this.reader.lost(), [read]);
      const hasMore = found.length > skip + limit;
      if (hasMore) this.hits.cut(cutBy('objects', query.limit));
      const times = new Map<number, string>();
      return {
        metric: metric.name,
        unit: metric.unit,
        object: query.object,
        at: isoOf(atMs),
        lookbackMs,
        items: found.slice(skip, skip + limit).map(({ object, cycleAtMs, value }) => ({
          object: toObject(object),
          time: timeOf(cycleAtMs, times),
          ageMs: atMs - cycleAtMs,
          ...toValue(metric, value),
        })),
        ...(hasMore ? { nextCursor: cursorAt({ instantsMs: [atMs], skip: skip + limit }) } : {}),
        resolution: 'raw',
        resolutionMs,
        coverage,
        truncated: hasMore,
        ...(hasMore ? { truncatedBecause: cutBecause('objects', skip + limit, query.limit) } : {}),
        notes,
        tookMs: this.clock.now() - startedMs,
      };
    });
  }

  private lookback(askedMs: number | undefined, { pointerTo }: Asked): number {
    if (askedMs === undefined) return usualLookbackMs(this.config.metricResolutionMs);
    if (askedMs <= this.config.queryMaxSpanMs) return askedMs;
    const most = formatDuration(this.config.queryMaxSpanMs);
    throw invalidInput(pointerTo('lookback'), `must be at most ${most} (QUERY_MAX_SPAN)`, 'QUERY_MAX_SPAN');
  }
}
