import { join } from 'node:path';
import type { BackgroundConnection } from './background-connection.js';
import { sqlText } from './sql-text.js';
import { publishFile, removeTemporary, temporaryName } from './segment-files.js';

/**
 * How a tier's files are made. Rows of a group are compressed together, by column; sorted by object, a query of few objects reads only the groups whose range of
 * ids holds them. Of a raw day the packed differences take the same place in groups of any size, so they are small: 17 objects of 1,440 cycles, some 80 kB a
 * column (smaller ones make the file's footer, which every query reads, longer than what they save). Rolled-up doubles are split into their bytes, and a group
 * of 2^17 rows gives each of these one block of zstd (128 kB) to itself, with a code of its own: 5 % less.
 */
const WRITING = {
  raw: { rows: 24_576, level: 3 },
  rolledUp: { rows: 131_072, level: 6 },
} as const;

/**
 * Writes what a query gives as a Parquet file and publishes it, durable, under its name; it counts only once it is entered in the manifest.
 * Version 2 of Parquet's encodings: differences of whole numbers, packed; bytes of doubles put together by their place.
 * @param query ordered by object, then time
 * @returns undefined when the query gave no row
 */
export async function writeSegment(
  background: BackgroundConnection,
  folder: string,
  query: string,
  file: string,
  manner: keyof typeof WRITING,
): Promise<{ readonly rows: number; readonly bytes: number } | undefined> {
  const { rows: groupRows, level } = WRITING[manner];
  const result = await background.run(
    `COPY (${query}) TO ${sqlText(join(folder, temporaryName(file)))}
     (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL ${String(level)}, ROW_GROUP_SIZE ${String(groupRows)})`,
  );
  const rows = Number((await result.getRowsJS())[0]?.[0] ?? 0);
  if (rows === 0) return undefined;
  return { rows, ...(await publishFile(folder, file)) };
}

/**
 * As `writeSegment` for a rolled-up tier, of several queries whose results follow one another: each is written to a file of its own first, so that no more than one is in memory.
 */
export async function writeSegmentInRuns(
  background: BackgroundConnection,
  folder: string,
  queries: readonly string[],
  file: string,
): Promise<{ readonly rows: number; readonly bytes: number } | undefined> {
  const [only, ...others] = queries;
  if (only === undefined || others.length === 0)
    return only === undefined ? undefined : writeSegment(background, folder, only, file, 'rolledUp');
  const runs: string[] = [];
  for (const [place, query] of queries.entries()) {
    const run = temporaryName(`${file}.run${String(place)}`);
    await background.run(`COPY (${query}) TO ${sqlText(join(folder, run))} (FORMAT parquet, COMPRESSION lz4_raw)`);
    runs.push(run);
  }
  const list = runs.map((run) => sqlText(join(folder, run))).join(', ');
  const written = await writeSegment(background, folder, `SELECT * FROM read_parquet([${list}])`, file, 'rolledUp');
  await removeTemporary(folder, runs);
  return written;
}
