import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { isInstant } from '../../auth/cursor-parts.js';
import { chooseStep } from '../../core/choose-step.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { invalidInput } from '../../platform/errors.js';
import { decodeCursor, encodeCursor } from '../../platform/http/paging.js';
import { LimitHits } from '../../platform/limit-hits.js';
import { bucketCounts } from '../core/bucket-counts.js';
import { EventReader, type EventPlace, type EventSpan } from '../event-store.port.js';
import { EventCoverages } from '../watch/event-coverage.js';
import type { EventFacets, EventHistogram } from './event-counts.schema.js';
import type { EventFacetsQuery, EventHistogramQuery, EventQuery } from './event-fields.js';
import type { EventCoverageView, EventList } from './event.schema.js';
import { isoOf, presentCoverage, presentEvent } from './present-event.js';
import { toEventFilter, toEventSpan } from './to-event-filter.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const USUAL_STEPS = 120;

/** Answers questions about events. */
@Injectable()
export class EventsService {
  constructor(
    private readonly reader: EventReader,
    private readonly coverages: EventCoverages,
    private readonly hits: LimitHits,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'eventsMaxRows' | 'queryMaxPoints'>,
  ) {}

  /** @throws ProblemError 400 */
  async list(query: EventQuery, caller: Caller): Promise<EventList> {
    const { order, limit, cursor } = query;
    const span = toEventSpan(query, this.clock.now());
    const after = cursor === undefined ? undefined : placeOf(cursor, order);
    const [{ rows, next }, coverage] = await Promise.all([
      this.reader.search({ filter: toEventFilter(query, caller), span, order, limit, ...(after ? { after } : {}) }),
      this.coverage(span),
    ]);
    return {
      items: rows.map(({ event }) => presentEvent(event)),
      ...(next ? { nextCursor: encodeCursor([order, next.lastAtMs, next.id]) } : {}),
      coverage,
    };
  }

  /** @throws ProblemError 400 */
  async histogram(query: EventHistogramQuery, caller: Caller): Promise<EventHistogram> {
    const { fromMs, toMs } = this.bounded(query);
    const stepMs = query.step ?? chooseStep(toMs - fromMs, MINUTE_MS, USUAL_STEPS);
    const span = { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs };
    this.requireSteps(span, stepMs);
    const { by, limit } = query;
    const [{ counts, isCut }, coverage] = await Promise.all([
      this.reader.histogram({ filter: toEventFilter(query, caller), span, stepMs, ...(by ? { by } : {}) }),
      this.coverage(span),
    ]);
    const { buckets, values } = bucketCounts(counts, limit);
    return {
      from: isoOf(span.fromMs),
      to: isoOf(toMs),
      stepMs,
      ...(by ? { by, values: [...values] } : {}),
      buckets: buckets.map(({ fromMs: atMs, values: ofBucket, ...sums }) => ({
        at: isoOf(atMs),
        ...sums,
        ...(by ? { values: Object.fromEntries(ofBucket) } : {}),
      })),
      ...this.cut(isCut),
      coverage,
    };
  }

  /** @throws ProblemError 400 */
  async facets(query: EventFacetsQuery, caller: Caller): Promise<EventFacets> {
    const { fromMs, toMs } = this.bounded(query);
    const span = toMs >= this.clock.now() ? { fromMs } : { fromMs, toMs };
    const { keys, limit } = query;
    const [{ facets, isCut }, coverage] = await Promise.all([
      this.reader.facets({ filter: toEventFilter(query, caller), span, keys, maxValues: limit }),
      this.coverage(span),
    ]);
    const shown = facets.map(({ key, values }) => ({ key, values: values.map((value) => ({ ...value })) }));
    return { from: isoOf(fromMs), to: isoOf(toMs), facets: shown, ...this.cut(isCut), coverage };
  }

  /** The span of counts: the last day unless asked otherwise. */
  private bounded(query: Pick<EventQuery, 'from' | 'to'>): Required<EventSpan> {
    const nowMs = this.clock.now();
    const { fromMs, toMs = nowMs } = toEventSpan(query, nowMs);
    return { fromMs: fromMs ?? toMs - DAY_MS, toMs };
  }

  private requireSteps({ fromMs, toMs }: Required<EventSpan>, stepMs: number): void {
    const { queryMaxPoints } = this.config;
    if ((toMs - fromMs) / stepMs <= queryMaxPoints) return;
    throw invalidInput('step', `makes more than ${queryMaxPoints} steps (QUERY_MAX_POINTS)`, 'QUERY_MAX_POINTS');
  }

  private cut(isCut: boolean): { truncated: boolean; truncatedBecause?: string } {
    if (!isCut) return { truncated: false };
    this.hits.cut('EVENTS_MAX_ROWS');
    const truncatedBecause = `more than ${this.config.eventsMaxRows} rows would have to be read (EVENTS_MAX_ROWS): the newest are counted`;
    return { truncated: true, truncatedBecause };
  }

  private async coverage(span: EventSpan): Promise<EventCoverageView> {
    return presentCoverage(await this.coverages.over(span));
  }
}

/** @throws ProblemError 400 when the cursor is none of this list in this order */
function placeOf(cursor: string, order: string): EventPlace {
  const [ofOrder, lastAtMs, id] = decodeCursor(cursor, 3);
  if (ofOrder === order && isInstant(lastAtMs) && Number.isSafeInteger(id)) return { lastAtMs, id: Number(id) };
  throw invalidInput('cursor', 'is not a cursor of this list in this order; leave it out to begin at the start');
}
