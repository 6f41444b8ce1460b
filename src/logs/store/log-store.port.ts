import type { HistogramCount, BucketsWanted } from '../core/count/count-buckets.js';
import type { LogField } from '../core/count/count-fields.js';
import type { Facet } from '../core/count/count-values.js';
import type { LogFilter, LogSpan } from '../core/filter/log-filter.js';
import type { LogRecord } from '../core/log-record.js';
import type { PackedLines } from '../core/pack/packed-lines.js';

/** What became of a record: `known` when one with its document id had been stored before. */
export type AppendOutcome = 'stored' | 'known';

/** The store takes nothing now: its disk is nearly full, or so much waits that more would not fit in memory. Whoever sends waits and sends again. */
export class LogStoreBusyError extends Error {
  override readonly name = 'LogStoreBusyError';

  /** @param retryAfterMs when it is worth trying again */
  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/** Where lines are written. */
export abstract class LogWriter {
  /**
   * Stores records. When it resolves they are durable (they survive a SIGKILL and a power cut), each once; when it rejects, any of them may be
   * stored or none. Calls may run at once; the store puts small ones together. Records may come by columns, which are the store's
   * then.
   * @returns what became of each, in their order
   * @throws LogStoreBusyError nothing of the call is stored
   */
  abstract append(records: readonly LogRecord[] | PackedLines): Promise<readonly AppendOutcome[]>;
}

/** A line that is stored. */
export interface StoredLine {
  readonly record: LogRecord;
  /** Its place in the order of all lines by time: opaque, unique, the same each time it is read, as long as the line is kept. */
  readonly place: string;
}

export type LogOrder = 'newest' | 'oldest';

export interface LogSearch {
  readonly filter: LogFilter;
  readonly span: LogSpan;
  /** By time; lines of one container and nanosecond by `sequence`. */
  readonly order: LogOrder;
  /** Only lines beyond this place, in the order that is asked: the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Why an answer may lack lines: a file of the store that cannot be read. */
export interface LostLines extends LogSpan {
  readonly reason: string;
}

export interface LogPage {
  readonly lines: readonly StoredLine[];
  /** Whether there are lines beyond the last one. */
  readonly hasMore: boolean;
  readonly lost: readonly LostLines[];
}

export interface HistogramQuery extends BucketsWanted {
  readonly filter: LogFilter;
  readonly span: LogSpan;
}

export interface LogHistogram {
  readonly counts: readonly HistogramCount[];
  readonly lost: readonly LostLines[];
}

export interface FacetsQuery {
  readonly filter: LogFilter;
  readonly span: LogSpan;
  /** As `HistogramQuery.by`. */
  readonly keys: readonly string[];
  /** The values with the most lines of each key. */
  readonly maxValues: number;
}

export interface LogFacets {
  readonly facets: readonly Facet[];
  readonly lost: readonly LostLines[];
}

export interface LogFields {
  /** Most lines first. */
  readonly fields: readonly LogField[];
  /** How many lines were looked at: the newest ones that match, at most a sample of the store's own size. */
  readonly sampledLines: number;
  readonly lost: readonly LostLines[];
}

/** Lines in the order in which the store took them in. */
export interface Arrivals {
  readonly lines: readonly { readonly line: StoredLine; readonly arrival: string }[];
  /** Where to go on: everything up to here was looked at. */
  readonly arrival: string;
  /** Whether more stands there already. */
  readonly hasMore: boolean;
}

/** Where lines are read. Every method takes a signal that ends its work and frees its memory. */
export abstract class LogReader {
  /** A page; it stays the same while lines arrive, but for those that fall into it. */
  abstract search(query: LogSearch, signal?: AbortSignal): Promise<LogPage>;

  abstract histogram(query: HistogramQuery, signal?: AbortSignal): Promise<LogHistogram>;

  abstract facets(query: FacetsQuery, signal?: AbortSignal): Promise<LogFacets>;

  abstract fields(query: { filter: LogFilter; span: LogSpan; limit: number }, signal?: AbortSignal): Promise<LogFields>;

  /** The line at a place. @returns undefined when it is not kept (any more), or the filter does not let it through */
  abstract lineAt(place: string, filter: LogFilter, signal?: AbortSignal): Promise<StoredLine | undefined>;

  /**
   * Lines that match, in the order of their arrival, each exactly once however often it goes on: what arrived after `after`. Without it nothing but the
   * newest place.
   * @param query.limit lines at most; fewer come when so many would have to be looked at that others wait
   * @throws ProblemError 400 when `after` is of another store
   */
  abstract arrivals(
    query: { readonly filter: LogFilter; readonly after?: string; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<Arrivals>;

  /** Resolves when something has arrived since the call, or might have; or when the signal aborts. */
  abstract arrived(signal: AbortSignal): Promise<void>;
}

/** What a store holds. */
export interface LogStoreStats {
  readonly engine: 'duckdb' | 'elasticsearch';
  /** Lines and bytes on disk, as far as the engine tells. */
  readonly lines?: number;
  readonly bytes?: number;
  readonly oldestNs?: bigint;
  /** Records that wait outside of the engine because it is away. */
  readonly waiting?: number;
}

/** What keeps a store within its bounds. */
export abstract class LogUpkeep {
  /** Whatever is due: closes segments, puts small ones together, drops what is older than the retention or beyond the bytes. May be called at any time, twice too. */
  abstract upkeep(nowMs: number): Promise<void>;

  abstract stats(): Promise<LogStoreStats>;
}
