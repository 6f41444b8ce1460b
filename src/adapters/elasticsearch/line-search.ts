import type { estypes } from '@elastic/elasticsearch';
import { recordMatcher } from '../../logs/core/filter/match-record.js';
import type { LogFilter, LogSpan } from '../../logs/core/filter/log-filter.js';
import type { LogOrder, StoredLine } from '../../logs/store/log-store.port.js';
import { ProblemError } from '../../platform/errors.js';
import type { ElasticsearchConnection } from './elasticsearch-connection.js';
import { filterQuery, type Query } from './filter-query.js';
import { encodePlace, type LinePlace } from './line-place.js';
import { type LogDocument, toRecord } from './log-document.js';
import { matchInTurns } from './match-in-turns.js';
import type { PreparedStream } from './prepare-stream.js';

/** Lines that are fetched at once to decide about them. */
const PAGE_LINES = 1000;
/** Elasticsearch gives no more at once (`index.max_result_window`). */
const MOST_LINES = 10_000;

export interface LineQuery {
  readonly filter: LogFilter;
  readonly span?: LogSpan;
  readonly order: LogOrder;
  readonly after?: LinePlace;
  /** `LinePlace.order` of the one line that is asked for. */
  readonly at?: string;
}

/** Lines of the data stream in the order of their time. */
export class LineSearch {
  /** @param maxScanned the most lines that are fetched for one question because we must decide about them */
  constructor(
    private readonly connection: ElasticsearchConnection<PreparedStream>,
    private readonly stream: string,
    readonly maxScanned: number,
  ) {}

  /**
   * At most `most` lines that match, and fewer only where there are no more, or where so many had to be looked at that others wait.
   * @throws ProblemError 422 when so many were looked at and none of them matches
   */
  async first(query: LineQuery, most: number, signal?: AbortSignal): Promise<{ lines: StoredLine[]; isAll: boolean }> {
    const { isExact } = filterQuery(query.filter);
    const lines: StoredLine[] = [];
    let scanned = 0;
    for await (const page of this.pages(query, isExact ? Math.min(most, MOST_LINES) : PAGE_LINES, signal)) {
      scanned += page.scanned;
      lines.push(...page.lines);
      if (lines.length >= most) return { lines: lines.slice(0, most), isAll: false };
      if (scanned >= this.maxScanned && !isExact) {
        if (lines.length > 0) return { lines, isAll: false };
        throw this.tooMany();
      }
    }
    return { lines, isAll: true };
  }

  /**
   * All lines that match, page by page, where it is we who decide which do.
   * @throws ProblemError 422 when more than `maxScanned` would have to be looked at
   */
  async *all(query: LineQuery, signal?: AbortSignal): AsyncGenerator<readonly StoredLine[]> {
    let scanned = 0;
    for await (const page of this.pages(query, PAGE_LINES, signal)) {
      scanned += page.scanned;
      if (scanned > this.maxScanned) throw this.tooMany();
      yield page.lines;
    }
  }

  private async *pages(
    { filter, span, order, after, at }: LineQuery,
    size: number,
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly lines: readonly StoredLine[]; readonly scanned: number }> {
    const { filter: asked, isExact } = filterQuery(filter, span);
    const queries = at === undefined ? asked : [...asked, { term: { 'quartermaster.order': at } }];
    const matches = isExact ? undefined : recordMatcher(filter);
    for (let from = after; ;) {
      const hits = await this.hits(queries, order, from, size, signal);
      const lines = hits.map(toLine);
      const found = matches ? await matchInTurns(lines, ({ record }) => record, matches, signal) : lines;
      yield { lines: found, scanned: hits.length };
      const last = hits.at(-1);
      if (!last || hits.length < size) return;
      from = placeOf(last);
    }
  }

  private async hits(
    filter: readonly Query[],
    order: LogOrder,
    after: LinePlace | undefined,
    size: number,
    signal?: AbortSignal,
  ): Promise<LogDocument[]> {
    const direction = order === 'newest' ? 'desc' : 'asc';
    const format = 'strict_date_optional_time_nanos';
    const { hits } = await this.connection.read(
      (client, options) =>
        client.search<LogDocument>(
          {
            index: this.stream,
            query: { bool: { filter: [...filter] } },
            sort: [{ '@timestamp': { order: direction, format } }, { 'quartermaster.order': { order: direction } }],
            ...(after && { search_after: [after.time, after.order] }),
            size,
            track_total_hits: false,
            allow_partial_search_results: false,
            filter_path: ['hits.hits._source'],
          },
          options,
        ),
      signal,
    );
    return sourcesOf({ hits });
  }

  private tooMany(): ProblemError {
    const detail = `More than ${this.maxScanned} lines would have to be fetched from Elasticsearch to decide this; narrow it down by time, namespace, pod or words, beside a regular expression too.`;
    return new ProblemError('UNPROCESSABLE', detail, { limit: 'ELASTICSEARCH_MAX_SCANNED' });
  }
}

/** Elasticsearch leaves `hits` out of a filtered answer that has none. */
export function sourcesOf({ hits }: { hits?: Partial<estypes.SearchHitsMetadata<LogDocument>> }): LogDocument[] {
  return (hits?.hits ?? []).flatMap(({ _source }) => _source ?? []);
}

export function toLine(document: LogDocument): StoredLine {
  return { record: toRecord(document), place: encodePlace(placeOf(document)) };
}

function placeOf(document: LogDocument): LinePlace {
  return { time: document['@timestamp'], order: document['quartermaster.order'] };
}
