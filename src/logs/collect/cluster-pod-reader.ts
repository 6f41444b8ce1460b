import { setTimeout as pause } from 'node:timers/promises';
import { invalidInput } from '../../platform/errors.js';
import { countBuckets } from '../core/count/count-buckets.js';
import { countFields } from '../core/count/count-fields.js';
import { countValues } from '../core/count/count-values.js';
import type { LogFilter, LogSpan } from '../core/filter/log-filter.js';
import { recordMatcher } from '../core/filter/match-record.js';
import type { LogRecord } from '../core/log-record.js';
import { compareInPod, readClusterPlace, writeClusterPlace } from '../core/query/cluster-place.js';
import type {
  Arrivals,
  FacetsQuery,
  HistogramQuery,
  LogFacets,
  LogFields,
  LogHistogram,
  LogPage,
  LogReader,
  LogSearch,
  LostLines,
  StoredLine,
} from '../store/log-store.port.js';
import { readClusterArrival, writeClusterArrival } from './core/cluster-arrival.js';
import type { LogPosition } from './core/log-position.js';
import { NewestRecords } from './core/newest-records.js';
import type { ContainerLog } from './container-log.js';

/** How often a follower of an uncollected pod reads what was written meanwhile. */
const READ_EVERY_MS = 1_000;

/** What was read for questions about one span, the oldest first. */
interface ReadSpan {
  readonly records: readonly LogRecord[];
  readonly lost: readonly LostLines[];
}

const NEVER = new AbortController().signal;

/**
 * Answers questions about one pod from its containers' logs. What a question is about is read once and held as long as whoever asks holds on to the span that it asked with,
 * so that the pages of an export are of one reading. An arrival is how far each log was read.
 */
export class ClusterPodReader implements LogReader {
  private readonly spans = new WeakMap<LogSpan, { readonly filter: LogFilter; readonly read: Promise<ReadSpan> }>();

  /** @param logs by the container's name, as the cluster has them now @param maxBytes of records that are held for one span */
  constructor(
    private readonly logs: () => ReadonlyMap<string, ContainerLog>,
    private readonly maxBytes: number,
  ) {}

  async search({ filter, span, order, after, limit }: LogSearch, signal = NEVER): Promise<LogPage> {
    const { records, lost } = await this.read(filter, span, signal);
    const bound = after === undefined ? undefined : requirePlace(after);
    const direction = order === 'newest' ? -1 : 1;
    const beyond = records.filter((record) => !bound || direction * compareInPod(record, bound) > 0);
    const lines = (order === 'newest' ? beyond.slice(-limit).toReversed() : beyond.slice(0, limit)).map(toStored);
    return { lines, hasMore: beyond.length > limit, lost };
  }

  async histogram({ filter, span, ...wanted }: HistogramQuery, signal = NEVER): Promise<LogHistogram> {
    const { records, lost } = await this.read(filter, span, signal);
    return { counts: countBuckets(records, wanted), lost };
  }

  async facets({ filter, span, keys, maxValues }: FacetsQuery, signal = NEVER): Promise<LogFacets> {
    const { records, lost } = await this.read(filter, span, signal);
    return { facets: keys.map((key) => countValues(records, key, maxValues)), lost };
  }

  async fields(
    { filter, span, limit }: { readonly filter: LogFilter; readonly span: LogSpan; readonly limit: number },
    signal = NEVER,
  ): Promise<LogFields> {
    const { records, lost } = await this.read(filter, span, signal);
    return { fields: countFields(records, limit), sampledLines: records.length, lost };
  }

  async lineAt(place: string, filter: LogFilter, signal = NEVER): Promise<StoredLine | undefined> {
    const at = readClusterPlace(place);
    if (!at) return undefined;
    const { records } = await this.read(filter, { fromNs: at.timeNs, toNs: at.timeNs + 1n }, signal);
    return records.map(toStored).find((line) => line.place === place);
  }

  async arrivals(
    { filter, after, limit }: { readonly filter: LogFilter; readonly after?: string; readonly limit: number },
    signal = NEVER,
  ): Promise<Arrivals> {
    if (after === undefined)
      return { lines: [], arrival: writeClusterArrival(await this.ends(signal)), hasMore: false };
    const positions = requireArrival(after);
    const matches = recordMatcher(filter);
    const lines: Arrivals['lines'][number][] = [];
    for (const [container, log] of this.logs()) {
      for await (const { record, position } of log.readOn(positions.get(container), signal)) {
        if (lines.length === limit) return { lines, arrival: writeClusterArrival(positions), hasMore: true };
        positions.set(container, position);
        if (matches(record)) lines.push({ line: toStored(record), arrival: writeClusterArrival(positions) });
      }
    }
    return { lines, arrival: writeClusterArrival(positions), hasMore: false };
  }

  async arrived(signal: AbortSignal): Promise<void> {
    await pause(READ_EVERY_MS, undefined, { signal });
  }

  private read(filter: LogFilter, span: LogSpan, signal: AbortSignal): Promise<ReadSpan> {
    const held = this.spans.get(span);
    if (held?.filter === filter) return held.read;
    const read = this.readSpan(filter, span, signal);
    this.spans.set(span, { filter, read });
    return read;
  }

  private async readSpan(filter: LogFilter, { fromNs, toNs }: LogSpan, signal: AbortSignal): Promise<ReadSpan> {
    const matches = recordMatcher(filter);
    const newest = new NewestRecords(this.maxBytes);
    for (const log of this.logs().values())
      for await (const record of log.read(fromNs, signal))
        if (record.timeNs >= fromNs && record.timeNs < toNs && matches(record)) newest.push(record);
    const { records, leftOutUpToNs } = newest.end();
    if (leftOutUpToNs === undefined) return { records, lost: [] };
    const reason = `Lines of a pod that is not collected are read up to ${this.maxBytes} bytes (LOGS_CLUSTER_MAX_BYTES); these are older. Ask for a span that ends earlier.`;
    return { records, lost: [{ fromNs, toNs: leftOutUpToNs, reason }] };
  }

  private async ends(signal: AbortSignal): Promise<Map<string, LogPosition>> {
    const ends = new Map<string, LogPosition>();
    for (const [container, log] of this.logs())
      for await (const { position } of log.readOn(undefined, signal)) ends.set(container, position);
    return ends;
  }
}

function toStored(record: LogRecord): StoredLine {
  return { record, place: writeClusterPlace(record) };
}

function requirePlace(text: string) {
  const place = readClusterPlace(text);
  if (!place) throw invalidInput('/after', 'is no place of a line of a pod');
  return place;
}

function requireArrival(text: string): Map<string, LogPosition> {
  const positions = readClusterArrival(text);
  if (!positions) throw invalidInput('/after', 'is no arrival of this pod');
  return positions;
}
