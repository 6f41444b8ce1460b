import type { LogFilter, LogSpan } from '../../logs/core/filter/log-filter.js';
import {
  type Arrivals,
  type FacetsQuery,
  type HistogramQuery,
  type LogFacets,
  type LogFields,
  type LogHistogram,
  type LogPage,
  LogReader,
  type LogSearch,
  type StoredLine,
} from '../../logs/store/log-store.port.js';
import { type AggregateLines, isCountable } from './aggregate-lines.js';
import { BucketCounts } from '../../logs/core/count/count-buckets.js';
import { countFields } from '../../logs/core/count/count-fields.js';
import { ValueCounts } from '../../logs/core/count/count-values.js';
import { filterQuery } from './filter-query.js';
import { decodePlace } from './line-place.js';
import type { LineSearch } from './line-search.js';
import { nanosOf } from './instant-nanos.js';
import type { ArrivalsQuery, ReadArrivals } from './read-arrivals.js';
import type { ArrivalBell } from './arrival-bell.js';

const NOTHING_LOST = [] as const;
const FIELDS_SAMPLE = 2000;
const MS_NS = 1_000_000n;

/**
 * Reads lines from the data stream. What Elasticsearch can decide it decides; else it narrows, and what it lets through is fetched and decided here, at most
 * so many lines (`LineSearch.maxScanned`).
 */
export class ElasticsearchLogReader extends LogReader {
  constructor(
    private readonly lines: LineSearch,
    private readonly counts: AggregateLines,
    private readonly arriving: ReadArrivals,
    private readonly bell: ArrivalBell,
  ) {
    super();
  }

  override async search({ after, limit, ...query }: LogSearch, signal?: AbortSignal): Promise<LogPage> {
    const from = after === undefined ? {} : { after: decodePlace(after, '/after') };
    const { lines, isAll } = await this.lines.first({ ...query, ...from }, limit + 1, signal);
    return { lines: lines.slice(0, limit), hasMore: !isAll, lost: NOTHING_LOST };
  }

  override async histogram(query: HistogramQuery, signal?: AbortSignal): Promise<LogHistogram> {
    const { filter, span, stepNs, by, maxValues } = query;
    const isTheirs = filterQuery(filter).isExact && stepNs % MS_NS === 0n && (by === undefined || isCountable(by));
    if (isTheirs) return { counts: await this.counts.histogram(query, signal), lost: NOTHING_LOST };
    const counts = new BucketCounts(stepNs, by);
    for await (const page of this.lines.all({ filter, span, order: 'newest' }, signal)) {
      for (const { record } of page) counts.add(record);
    }
    return { counts: counts.counts(maxValues), lost: NOTHING_LOST };
  }

  override async facets(query: FacetsQuery, signal?: AbortSignal): Promise<LogFacets> {
    const { filter, span, keys, maxValues } = query;
    if (filterQuery(filter).isExact && keys.every(isCountable)) {
      return { facets: await this.counts.facets(query, signal), lost: NOTHING_LOST };
    }
    const counts = keys.map((key) => new ValueCounts(key));
    for await (const page of this.lines.all({ filter, span, order: 'newest' }, signal)) {
      for (const { record } of page) for (const count of counts) count.add(record);
    }
    return { facets: counts.map((count) => count.facet(maxValues)), lost: NOTHING_LOST };
  }

  override async fields(
    { limit, ...query }: { filter: LogFilter; span: LogSpan; limit: number },
    signal?: AbortSignal,
  ): Promise<LogFields> {
    const { lines } = await this.lines.first({ ...query, order: 'newest' }, FIELDS_SAMPLE, signal);
    const records = lines.map(({ record }) => record);
    return { fields: countFields(records, limit), sampledLines: records.length, lost: NOTHING_LOST };
  }

  override async lineAt(place: string, filter: LogFilter, signal?: AbortSignal): Promise<StoredLine | undefined> {
    const { time, order } = decodePlace(place, '/place');
    const timeNs = nanosOf(time);
    const span = { fromNs: timeNs, toNs: timeNs + 1n };
    const { lines } = await this.lines.first({ filter, span, at: order, order: 'oldest' }, 1, signal);
    return lines[0];
  }

  override arrivals(query: ArrivalsQuery, signal?: AbortSignal): Promise<Arrivals> {
    return this.arriving.read(query, signal);
  }

  override arrived(signal: AbortSignal): Promise<void> {
    return this.bell.wait(signal);
  }
}
