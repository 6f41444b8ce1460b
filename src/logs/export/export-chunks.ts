import { readLines } from '../query/read-lines.js';
import type { LogReader, LogSearch } from '../store/log-store.port.js';
import type { LineWriter } from './line-writers.js';

const LINES_AT_ONCE = 1000;
const BYTES_AT_ONCE = 4 * 1024 * 1024;

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
  let head = writer.head;
  for (let left = search.limit; left > 0;) {
    const page = { ...search, ...(after === undefined ? {} : { after }), limit: Math.min(left, LINES_AT_ONCE) };
    const { lines, hasMore } = await readLines(reader, page, BYTES_AT_ONCE, signal);
    yield { text: head + lines.map((line) => writer.write(line)).join(''), lines: lines.length };
    head = '';
    left -= lines.length;
    after = lines.at(-1)?.place ?? after;
    if (!hasMore) return;
  }
}
