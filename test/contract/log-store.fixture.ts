import type { LogFilter, LogSpan, LogTerm } from '../../src/logs/core/filter/log-filter.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import type {
  AppendOutcome,
  Arrivals,
  FacetsQuery,
  HistogramQuery,
  LogFacets,
  LogFields,
  LogHistogram,
  LogReader,
  LogSearch,
  LogUpkeep,
  LogWriter,
  StoredLine,
} from '../../src/logs/store/log-store.port.js';

export interface LogStoreUnderTest {
  readonly writer: LogWriter;
  readonly reader: LogReader;
  readonly upkeep: LogUpkeep;
  /** Resolves when every line that was appended before can be read. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** All that is ever stored in these tests. */
export const ALWAYS: LogSpan = { fromNs: 0n, toNs: 4_000_000_000_000_000_000n };
export const ANY: LogFilter = { terms: [] };

/** The filter of these terms, none negated. */
export const having = (...conditions: LogTerm['condition'][]): LogFilter => ({
  terms: conditions.map((condition) => ({ condition, isNegated: false })),
});

/** The store that the running test has to itself, and short ways to ask it. */
export class LogStoreFixture {
  private current: LogStoreUnderTest | undefined;

  take(store: LogStoreUnderTest): void {
    this.current = store;
  }

  get store(): LogStoreUnderTest {
    if (!this.current) throw new Error('No test is running');
    return this.current;
  }

  readonly append = async (...records: readonly LogRecord[]): Promise<readonly AppendOutcome[]> => {
    const outcomes = await this.store.writer.append(records);
    await this.store.settled();
    return outcomes;
  };

  /** Closes segments, or what else the engine does with lines that have been there for a while. */
  readonly keep = async (): Promise<void> => {
    await this.store.upkeep.upkeep(Date.now());
    await this.store.settled();
  };

  /** Every line that matches, page by page. @throws when a page says that lines are lost, or is longer than its limit */
  readonly search = async (filter: LogFilter, over: Partial<LogSearch> = {}): Promise<StoredLine[]> => {
    const all: StoredLine[] = [];
    const limit = over.limit ?? 1000;
    for (let after = over.after; ;) {
      const query = { filter, span: ALWAYS, order: 'oldest' as const, ...over, limit };
      const page = await this.store.reader.search(after === undefined ? query : { ...query, after });
      if (page.lost.length > 0) throw new Error(`Lost: ${page.lost.map(({ reason }) => reason).join()}`);
      if (page.lines.length > limit) throw new Error(`A page of ${page.lines.length} lines`);
      all.push(...page.lines);
      if (!page.hasMore) return all;
      after = page.lines.at(-1)?.place;
    }
  };

  readonly messages = async (filter: LogFilter, over: Partial<LogSearch> = {}): Promise<string[]> =>
    (await this.search(filter, over)).map(({ record }) => record.message);

  readonly histogram = (filter: LogFilter, over: Partial<HistogramQuery> = {}): Promise<LogHistogram> =>
    this.store.reader.histogram({ filter, span: ALWAYS, stepNs: 60_000_000_000n, maxValues: 10, ...over });

  readonly facets = (filter: LogFilter, keys: readonly string[], over: Partial<FacetsQuery> = {}): Promise<LogFacets> =>
    this.store.reader.facets({ filter, span: ALWAYS, keys, maxValues: 10, ...over });

  readonly fields = (filter: LogFilter, limit = 100): Promise<LogFields> =>
    this.store.reader.fields({ filter, span: ALWAYS, limit });

  /** Every arrival after a place, followed as often as there is more. */
  readonly arrivals = async (filter: LogFilter, after: string, limit = 1000): Promise<Arrivals> => {
    const lines: Arrivals['lines'][number][] = [];
    for (let arrival = after; ;) {
      const found = await this.store.reader.arrivals({ filter, after: arrival, limit });
      if (found.lines.length > limit) throw new Error(`${found.lines.length} lines where ${limit} were asked`);
      lines.push(...found.lines);
      if (!found.hasMore) return { ...found, lines };
      arrival = found.arrival;
    }
  };

  /** Where arrivals of later lines go on. */
  readonly newestArrival = async (): Promise<string> =>
    (await this.store.reader.arrivals({ filter: ANY, limit: 1 })).arrival;
}

/** A record as it is read: its document id need not be kept. */
export function asRead(record: LogRecord): LogRecord {
  const kept = Object.entries(record).filter(([name]) => name !== 'documentId');
  return Object.fromEntries(kept) as unknown as LogRecord;
}
