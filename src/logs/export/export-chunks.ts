import type { LogReader, LogSearch } from '../store/log-store.port.js';
import type { LineWriter } from './line-writers.js';

/** A page is as large as the one before lets expect for so much text; of the first one nothing is known. */
const TEXT_AT_ONCE = 4 * 1024 * 1024;
const FIRST_LINES = 100;
const MOST_LINES = 1000;

/** A piece of an export, and how many lines it has. */
export interface ExportChunk {
  readonly text: string;
  readonly lines: number;
}

/** Lines as text, page by page, each read when it is asked for. The first piece comes also when there is no line. @param search its limit is of all pages together */
export async function* exportChunks(
  reader: Pick<LogReader, 'search'>,
  search: LogSearch,
  writer: LineWriter,
  signal: AbortSignal,
): AsyncGenerator<ExportChunk> {
  let { after } = search;
  let { head } = writer;
  let most = FIRST_LINES;
  for (let left = search.limit; left > 0;) {
    const page = { ...search, ...(after === undefined ? {} : { after }), limit: Math.min(left, most) };
    const { lines, hasMore } = await reader.search(page, signal);
    const text = lines.map((line) => writer.write(line)).join('');
    yield { text: head + text, lines: lines.length };
    if (!hasMore) return;
    const last = lines.at(-1);
    if (!last) throw new Error('The store has more lines and gives none');
    after = last.place;
    head = '';
    left -= lines.length;
    most = Math.max(1, Math.min(MOST_LINES, Math.floor((TEXT_AT_ONCE * lines.length) / text.length)));
  }
}
