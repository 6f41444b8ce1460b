import type { LogPage, LogReader, LogSearch, LostLines, StoredLine } from '../store/log-store.port.js';

/** So many are read at first: where lines are long, more of them would be too much at once. */
const FIRST_LINES = 100;
/** Lines that are longer than this on average are read in small pages to the end. */
const SHORT_BYTES = 4096;
/** The rest of a line in an answer: names, times, ids. */
const NAMES_BYTES = 400;

export interface ReadLines {
  readonly lines: readonly StoredLine[];
  readonly hasMore: boolean;
  /** Whether it is for their bytes that there are no more of them. */
  readonly isCut: boolean;
  readonly lost: readonly LostLines[];
}

/** Reads lines up to a number of bytes (the messages' characters count), one line at least. What is held at once is about twice that. */
export async function readLines(
  reader: Pick<LogReader, 'search'>,
  search: LogSearch,
  maxBytes: number,
  signal: AbortSignal,
): Promise<ReadLines> {
  const lines: StoredLine[] = [];
  let bytes = 0;
  let after = search.after;
  for (;;) {
    const rest = search.limit - lines.length;
    const areShort = lines.length > 0 && bytes / lines.length < SHORT_BYTES;
    const limit = areShort ? rest : Math.min(rest, FIRST_LINES);
    const page: LogPage = await reader.search({ ...search, ...(after === undefined ? {} : { after }), limit }, signal);
    for (const line of page.lines) {
      bytes += sizeOf(line);
      if (bytes > maxBytes && lines.length > 0) return { lines, hasMore: true, isCut: true, lost: page.lost };
      lines.push(line);
    }
    after = lines.at(-1)?.place;
    if (!page.hasMore || page.lines.length === 0 || lines.length >= search.limit)
      return { lines, hasMore: page.hasMore, isCut: false, lost: page.lost };
  }
}

/** About how many bytes a line has in an answer. */
function sizeOf({ record: { message, fields, labels } }: StoredLine): number {
  const ofFields = fields ? JSON.stringify(fields).length : 0;
  const ofLabels = labels ? JSON.stringify(labels).length : 0;
  return NAMES_BYTES + message.length + ofFields + ofLabels;
}
