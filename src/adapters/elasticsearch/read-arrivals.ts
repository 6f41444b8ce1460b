import { recordMatcher } from '../../logs/core/filter/match-record.js';
import type { LogFilter } from '../../logs/core/filter/log-filter.js';
import type { Arrivals } from '../../logs/store/log-store.port.js';
import { decodeArrival, encodeArrival, indexKey, type IndexPosition, positionsIn } from './arrival-place.js';
import type { ArrivalLook, ArrivedIndex } from './arrival-look.js';
import type { ElasticsearchConnection } from './elasticsearch-connection.js';
import { filterQuery } from './filter-query.js';
import { toLine } from './line-search.js';
import type { LogDocument } from './log-document.js';
import { matchInTurns } from './match-in-turns.js';
import type { PreparedStream } from './prepare-stream.js';

/** Lines of one answer. */
const PAGE_LINES = 1000;
/** So many are fetched to decide about them ourselves before others get their turn. */
const MOST_SCANNED = 20_000;

export interface ArrivalsQuery {
  readonly filter: LogFilter;
  readonly after?: string;
  readonly limit: number;
}

type Found = Arrivals['lines'][number];

/**
 * Lines in the order in which the backing indices took them in: by index, and in it by the sequence number that Elasticsearch gives every operation, up to the
 * global checkpoint. That needs no clocks and no time of waiting, however many processes write.
 */
export class ReadArrivals {
  constructor(
    private readonly connection: ElasticsearchConnection<PreparedStream>,
    private readonly looks: ArrivalLook,
  ) {}

  /** @throws ProblemError 400 when `after` is of another store */
  async read({ filter, after, limit }: ArrivalsQuery, signal?: AbortSignal): Promise<Arrivals> {
    signal?.throwIfAborted();
    const { store } = await this.connection.ready();
    const known = after === undefined ? undefined : decodeArrival(store, after);
    const indices = await this.looks.look();
    const positions = known ? positionsIn(indices, known) : positionsIn(indices, newest(indices));
    const lines: Found[] = [];
    let scanned = 0;
    for (const [at, index] of indices.entries()) {
      for (let position = positions[at]; position && position.seqNo < index.lastSeqNo; position = positions[at]) {
        if (lines.length >= limit || scanned >= MOST_SCANNED) return this.answer(store, positions, lines, true);
        const size = Math.min(PAGE_LINES, limit - lines.length);
        const page = await this.page(filter, index, position, size, signal);
        scanned += page.scanned;
        for (const { seqNo, document } of page.found) {
          positions[at] = { index: position.index, seqNo };
          lines.push({ line: toLine(document), arrival: encodeArrival(store, positions) });
        }
        positions[at] = { index: position.index, seqNo: page.lookedAt };
      }
    }
    return this.answer(store, positions, lines, false);
  }

  private answer(store: string, positions: readonly IndexPosition[], lines: Found[], hasMore: boolean): Arrivals {
    return { lines, arrival: encodeArrival(store, positions), hasMore };
  }

  private async page(
    filter: LogFilter,
    { name, lastSeqNo }: ArrivedIndex,
    { seqNo }: IndexPosition,
    most: number,
    signal?: AbortSignal,
  ): Promise<{ found: { seqNo: number; document: LogDocument }[]; lookedAt: number; scanned: number }> {
    const { filter: queries, isExact } = filterQuery(filter);
    const size = isExact ? most : PAGE_LINES;
    const { hits } = await this.connection.read(
      (client, options) =>
        client.search<LogDocument>(
          {
            index: name,
            ignore_unavailable: true,
            query: { bool: { filter: [...queries, { range: { _seq_no: { gt: seqNo, lte: lastSeqNo } } }] } },
            sort: [{ _seq_no: 'asc' }],
            size,
            track_total_hits: false,
            allow_partial_search_results: false,
          },
          options,
        ),
      signal,
    );
    const looked = hits.hits.flatMap(({ _source: document, sort }) =>
      document ? { seqNo: Number(sort?.[0]), document } : [],
    );
    const matches = recordMatcher(filter);
    const matching = isExact
      ? looked
      : await matchInTurns(looked, ({ document }) => toLine(document).record, matches, signal);
    const found = matching.slice(0, most);
    const isCut = found.length < matching.length;
    const last = (isCut ? found : looked).at(-1)?.seqNo ?? lastSeqNo;
    return { found, lookedAt: isCut || looked.length === size ? last : lastSeqNo, scanned: looked.length };
  }
}

/** What is known of indices that have all been looked at. */
function newest(indices: readonly ArrivedIndex[]): IndexPosition[] {
  return indices.map(({ uuid, lastSeqNo }) => ({ index: indexKey(uuid), seqNo: lastSeqNo }));
}
