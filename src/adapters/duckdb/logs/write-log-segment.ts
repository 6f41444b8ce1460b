import { join } from 'node:path';
import type { BackgroundConnection } from '../background-connection.js';
import { digestOf, publishFile, temporaryName } from '../segment-files.js';
import { sqlText } from '../sql-text.js';
import { ALL_COLUMNS, segmentOrder } from './log-columns.js';
import { factsOf, type LogSegment, segmentName, type SegmentFacts } from './log-segment.js';
import { writeTokenFilter } from './write-token-filter.js';

/** Lines of a group are compressed together. Sorted by where they come from, the groups that hold a namespace's lines are few; smaller ones make the footer longer than what they save. */
const GROUP_LINES = 32_768;
const GROUP_BYTES = 64_000_000;
const LEAST_GROUP_LINES = 2_048;

interface SegmentLines {
  readonly query: string;
  readonly ordered?: (facts: SegmentFacts) => string;
  readonly replaces?: readonly string[];
}

/**
 * Writes lines as a segment (Parquet, zstd) with the Bloom filter of its words, and publishes both, durable; they count only once they are entered in the manifest.
 * @param query of lines with all columns
 * @param ordered the same lines in the order of segments, where there is a cheaper way than sorting them
 * @param replaces segments whose lines these are, which the file itself says
 * @returns undefined when the query gave no line
 */
export async function writeLogSegment(
  background: BackgroundConnection,
  folder: string,
  {
    query,
    ordered = (facts) => `SELECT * FROM (${query}) ORDER BY ${segmentOrder(facts)}`,
    replaces = [],
  }: SegmentLines,
): Promise<LogSegment | undefined> {
  const facts = await factsOf(background, query);
  if (!facts) return undefined;
  const file = segmentName(facts);
  const groupLines = await linesOfGroup(background, query, facts);
  await background.run(
    `COPY (SELECT ${ALL_COLUMNS.join(', ')} FROM (${ordered(facts)})) TO ${sqlText(join(folder, temporaryName(file)))}
     (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL 9, ROW_GROUP_SIZE ${String(groupLines)}, KV_METADATA {replaces: ${sqlText(replaces.join(','))}})`,
  );
  const filter = await writeTokenFilter(background, folder, { ...facts, file, query });
  const { bytes } = await publishFile(folder, file);
  return { ...facts, file, bytes: bytes + filter.bytes, digest: await digestOf(join(folder, file)) };
}

/** Fewer where lines are long, so that a group fits into memory. */
async function linesOfGroup(background: BackgroundConnection, query: string, { lines }: SegmentFacts): Promise<number> {
  const result = await background.run(`SELECT sum(strlen(message))::DOUBLE FROM (${query})`);
  const bytes = Number((await result.getRowsJS())[0]?.[0] ?? 0);
  const fitting = Math.floor(GROUP_BYTES / Math.max(1, bytes / lines));
  return Math.max(LEAST_GROUP_LINES, Math.min(GROUP_LINES, fitting));
}
