import type { LogFilter, LogSpan } from '../../src/logs/core/filter/log-filter.js';
import { countBuckets } from '../../src/logs/core/count/count-buckets.js';
import { countFields } from '../../src/logs/core/count/count-fields.js';
import { countValues } from '../../src/logs/core/count/count-values.js';
import { recordMatcher } from '../../src/logs/core/filter/match-record.js';
import { DOCUMENT_ID_MS, type LogRecord } from '../../src/logs/core/log-record.js';
import type { PackedLines } from '../../src/logs/core/pack/packed-lines.js';
import { unpackLines } from '../../src/logs/core/pack/unpack-lines.js';
import type {
  AppendOutcome,
  Arrivals,
  FacetsQuery,
  HistogramQuery,
  LogFacets,
  LogFields,
  LogHistogram,
  LogPage,
  LogReader,
  LogSearch,
  LogWriter,
  StoredLine,
} from '../../src/logs/store/log-store.port.js';
import { invalidInput } from '../../src/platform/errors.js';

/** How many lines `fields` looks at. */
const FIELDS_SAMPLE = 10_000;
const DOCUMENT_ID_NS = BigInt(DOCUMENT_ID_MS) * 1_000_000n;
const NOTHING_LOST = [] as const;
let stores = 0;

/** A log store that keeps its lines in an array and answers by looking at each of them: what is right is plain to see, what is fast is not. */
export class MemoryLogStore implements LogWriter, LogReader {
  /** In the order of their arrival. */
  private readonly arrivedLines: StoredLine[] = [];
  private readonly documentsNs = new Map<string, bigint>();
  private readonly waiting = new Set<() => void>();
  private readonly id = `memory${(stores += 1)}`;

  append(lines: readonly LogRecord[] | PackedLines): Promise<readonly AppendOutcome[]> {
    const outcomes = unpackLines(lines).map((record) => this.keep(record));
    for (const wake of this.waiting) wake();
    return Promise.resolve(outcomes);
  }

  search({ filter, span, order, after, limit }: LogSearch, signal?: AbortSignal): Promise<LogPage> {
    return answer(signal, () => {
      const all = this.matching(filter, span);
      if (order === 'newest') all.reverse();
      const beyond = all.filter(
        ({ place }) => after === undefined || (order === 'newest' ? place < after : place > after),
      );
      return { lines: beyond.slice(0, limit), hasMore: beyond.length > limit, lost: NOTHING_LOST };
    });
  }

  histogram(query: HistogramQuery, signal?: AbortSignal): Promise<LogHistogram> {
    const { filter, span, ...wanted } = query;
    return answer(signal, () => {
      const counts = countBuckets(this.recordsOf(filter, span), wanted);
      return { counts, lost: NOTHING_LOST };
    });
  }

  facets({ filter, span, keys, maxValues }: FacetsQuery, signal?: AbortSignal): Promise<LogFacets> {
    return answer(signal, () => {
      const records = this.recordsOf(filter, span);
      return { facets: keys.map((key) => countValues(records, key, maxValues)), lost: NOTHING_LOST };
    });
  }

  fields(query: { filter: LogFilter; span: LogSpan; limit: number }, signal?: AbortSignal): Promise<LogFields> {
    return answer(signal, () => {
      const sample = this.recordsOf(query.filter, query.span).slice(-FIELDS_SAMPLE);
      return { fields: countFields(sample, query.limit), sampledLines: sample.length, lost: NOTHING_LOST };
    });
  }

  lineAt(place: string, filter: LogFilter, signal?: AbortSignal): Promise<StoredLine | undefined> {
    const matches = recordMatcher(filter);
    return answer(signal, () => this.arrivedLines.find((line) => line.place === place && matches(line.record)));
  }

  arrivals(
    { filter, after, limit }: { readonly filter: LogFilter; readonly after?: string; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<Arrivals> {
    const matches = recordMatcher(filter);
    return answer(signal, () => {
      let looked = after === undefined ? this.arrivedLines.length : this.countOf(after);
      const lines: Arrivals['lines'][number][] = [];
      for (; looked < this.arrivedLines.length && lines.length < limit; looked += 1) {
        const line = this.arrivedLines[looked];
        if (line && matches(line.record)) lines.push({ line, arrival: this.arrivalOf(looked + 1) });
      }
      return { lines, arrival: this.arrivalOf(looked), hasMore: looked < this.arrivedLines.length };
    });
  }

  arrived(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => {
      this.waiting.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    this.waiting.add(wake);
    signal.addEventListener('abort', wake);
    return promise;
  }

  private keep({ documentId, ...record }: LogRecord): AppendOutcome {
    const { observedNs } = record;
    if (documentId !== undefined) {
      const storedNs = this.documentsNs.get(documentId);
      if (storedNs !== undefined && observedNs - storedNs < DOCUMENT_ID_NS) return 'known';
      this.documentsNs.set(documentId, observedNs);
    }
    this.arrivedLines.push({ record, place: placeOf(record, this.arrivedLines.length) });
    return 'stored';
  }

  /** Oldest first. */
  private matching(filter: LogFilter, { fromNs, toNs }: LogSpan): StoredLine[] {
    const matches = recordMatcher(filter);
    return this.arrivedLines
      .filter(({ record }) => record.timeNs >= fromNs && record.timeNs < toNs && matches(record))
      .sort((left, right) => byText(left.place, right.place));
  }

  private recordsOf(filter: LogFilter, span: LogSpan): LogRecord[] {
    return this.matching(filter, span).map(({ record }) => record);
  }

  private arrivalOf(count: number): string {
    return `${this.id}.${count}`;
  }

  private countOf(arrival: string): number {
    const [id, count = ''] = arrival.split('.');
    if (id === this.id && /^\d{1,15}$/.test(count)) return Number(count);
    throw invalidInput('/after', 'is no arrival of this store');
  }
}

/** Sorts as text by time, then sequence, then arrival. */
function placeOf({ timeNs, sequence }: LogRecord, arrived: number): string {
  return [timeNs, sequence, arrived].map((part) => part.toString(16).padStart(16, '0')).join('-');
}

function byText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** What is thrown comes as a rejection, as from a real store. */
async function answer<Answer>(signal: AbortSignal | undefined, give: () => Answer): Promise<Answer> {
  signal?.throwIfAborted();
  return Promise.resolve(give());
}
