import type { LogFilter, LogSpan } from '../../../logs/core/filter/log-filter.js';
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
} from '../../../logs/store/log-store.port.js';
import { countFields } from '../../../logs/core/count/count-fields.js';
import { invalidInput } from '../../../platform/errors.js';
import type { ArrivalBell } from './arrival-bell.js';
import { facetsOf, histogramOf } from './count-lines.js';
import { fromPlace } from './log-place.js';
import { type LogReading, readLogs, type ReadingMeans } from './log-reading.js';
import { conditionFor, sourceSql } from './log-sources.js';
import { searchLines } from './search-lines.js';
import { type LineRow, READ_COLUMNS, toStoredLine } from './to-stored-line.js';

/** Of `fields`: the newest lines that match. */
const FIELDS_SAMPLE_LINES = 5_000;
/** Numbers of lines that one call of `arrivals` looks at. */
const ARRIVALS_LOOKED_AT = 200_000n;

/** What a reader must know of the writer. */
export interface ArrivalState {
  readonly storeId: string;
  /** The number of the newest line that is durable; -1 when there is none. */
  readonly newestArrival: bigint;
}

/** Reads chunks and segments together. */
export class DuckdbLogReader extends LogReader {
  constructor(
    private readonly means: ReadingMeans,
    private readonly state: ArrivalState,
    private readonly bell: ArrivalBell,
  ) {
    super();
  }

  override search(query: LogSearch, signal?: AbortSignal): Promise<LogPage> {
    return this.read((reading) => searchLines(reading, query), signal);
  }

  override histogram(query: HistogramQuery, signal?: AbortSignal): Promise<LogHistogram> {
    return this.read((reading) => histogramOf(reading, query), signal);
  }

  override facets(query: FacetsQuery, signal?: AbortSignal): Promise<LogFacets> {
    return this.read((reading) => facetsOf(reading, query), signal);
  }

  override async fields(
    { filter, span, limit }: { filter: LogFilter; span: LogSpan; limit: number },
    signal?: AbortSignal,
  ): Promise<LogFields> {
    const query = { filter, span, order: 'newest' as const, limit: FIELDS_SAMPLE_LINES };
    const { lines, lost } = await this.search(query, signal);
    return {
      fields: countFields(
        lines.map(({ record }) => record),
        limit,
      ),
      sampledLines: lines.length,
      lost,
    };
  }

  override async lineAt(place: string, filter: LogFilter, signal?: AbortSignal): Promise<StoredLine | undefined> {
    const key = fromPlace(place);
    if (!key) return undefined;
    const { timeNs, arrival } = key;
    const isHere = `time = ${String(timeNs)} AND arrival = ${String(arrival)}`;
    const [row] = await this.read(({ sources, ...reading }) => {
      const segments = sources.segments.filter(
        ({ firstTime, lastTime, firstArrival, lastArrival }) =>
          firstTime <= timeNs && timeNs <= lastTime && firstArrival <= arrival && arrival <= lastArrival,
      );
      return linesOf({ ...reading, sources: { ...sources, segments } }, filter, `${isHere} LIMIT 1`);
    }, signal);
    return row && toStoredLine(row);
  }

  override async arrivals(
    { filter, after, limit }: { readonly filter: LogFilter; readonly after?: string; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<Arrivals> {
    const newest = this.state.newestArrival;
    const start = after === undefined ? newest : this.numberOf(after, newest);
    if (start >= newest) return { lines: [], arrival: this.arrivalOf(newest), hasMore: false };
    const end = start + ARRIVALS_LOOKED_AT < newest ? start + ARRIVALS_LOOKED_AT : newest;
    const isHere = `arrival > ${String(start)} AND arrival <= ${String(end)}`;
    const rows = await this.read(({ sources, ...reading }) => {
      const segments = sources.segments.filter(
        ({ firstArrival, lastArrival }) => lastArrival > start && firstArrival <= end,
      );
      const order = `ORDER BY arrival LIMIT ${String(limit)}`;
      return linesOf({ ...reading, sources: { ...sources, segments } }, filter, `${isHere} ${order}`);
    }, signal);
    const last = rows.length < limit ? end : (rows.at(-1)?.[2] ?? end);
    const lines = rows.map((row) => ({ line: toStoredLine(row), arrival: this.arrivalOf(row[2]) }));
    return { lines, arrival: this.arrivalOf(last), hasMore: last < newest };
  }

  override arrived(signal: AbortSignal): Promise<void> {
    return this.bell.wait(signal);
  }

  private read<T>(work: (reading: LogReading) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return readLogs(this.means, work, signal);
  }

  private arrivalOf(number: bigint): string {
    return `${this.state.storeId}.${String(number + 1n)}`;
  }

  private numberOf(after: string, newest: bigint): bigint {
    const [storeId, count = ''] = after.split('.');
    const number = storeId === this.state.storeId && /^\d{1,18}$/.test(count) ? BigInt(count) - 1n : undefined;
    if (number === undefined || number > newest) throw invalidInput('/after', 'is no arrival of this store');
    return number;
  }
}

/** Lines of all sources that the filter lets through. @param rest a condition, and what may follow it */
async function linesOf(reading: LogReading, filter: LogFilter, rest: string): Promise<LineRow[]> {
  const { connection, sources, folder } = reading;
  const source = sourceSql(sources, folder);
  if (source === undefined) return [];
  const condition = await conditionFor(connection, sources, { filter, folder });
  const result = await connection.runAndReadAll(
    `SELECT ${READ_COLUMNS.join(', ')} FROM (${source}) WHERE ${condition} AND ${rest}`,
  );
  return result.getRowsJS() as unknown as LineRow[];
}
