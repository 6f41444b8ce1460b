import { join } from 'node:path';
import type { RolledTier, TierName } from '../../metrics/metric-store.port.js';
import type { BackgroundConnection } from './background-connection.js';
import { sqlText } from './sql-text.js';
import { publishFile, removeTemporary, temporaryName } from './segment-files.js';

/**
 * How a tier's files are made. Rows of a group are compressed together, by column; sorted by object, a query of few objects reads only the groups whose range of
 * ids holds them. Of a raw day the packed differences take the same place in groups of any size, so they are small: 17 objects of 1,440 cycles, some 80 kB a
 * column (smaller ones make the file's footer, which every query reads, longer than what they save). Rolled-up doubles are split into their bytes, which take less the more
 * of them stand together (groups of 2^15 rows 7 % more, of 2^17 3 % less); the next roll-up reads whole groups of all columns, and of 2^17 rows these do not fit its memory.
 * From level 16 on zstd ends its blocks where the bytes change their character: a twentieth less, for two to three times the work, which is little for `1h`.
 */
const WRITING: Readonly<Record<TierName, { readonly rows: number; readonly level: number }>> = {
  raw: { rows: 24_576, level: 3 },
  '5m': { rows: 65_536, level: 6 },
  '1h': { rows: 65_536, level: 16 },
};

/**
 * Writes what a query gives as a Parquet file and publishes it, durable, under its name; it counts only once it is entered in the manifest.
 * Version 2 of Parquet's encodings: differences of whole numbers, packed; bytes of doubles put together by their place. No
 * dictionaries, which DuckDB prefers to both where a column has few values, and which take more.
 * @param query ordered by object, then time
 * @returns undefined when the query gave no row
 */
export async function writeSegment(
  background: BackgroundConnection,
  folder: string,
  query: string,
  file: string,
  tier: TierName,
): Promise<{ readonly rows: number; readonly bytes: number } | undefined> {
  const { rows: groupRows, level } = WRITING[tier];
  const result = await background.run(
    `COPY (${query}) TO ${sqlText(join(folder, temporaryName(file)))}
     (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL ${String(level)}, ROW_GROUP_SIZE ${String(groupRows)}, DICTIONARY_SIZE_LIMIT 1)`,
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
  tier: RolledTier,
): Promise<{ readonly rows: number; readonly bytes: number } | undefined> {
  const [only, ...others] = queries;
  if (only === undefined || others.length === 0)
    return only === undefined ? undefined : writeSegment(background, folder, only, file, tier);
  const runs: string[] = [];
  for (const [place, query] of queries.entries()) {
    const run = temporaryName(`${file}.run${String(place)}`);
    await background.run(`COPY (${query}) TO ${sqlText(join(folder, run))} (FORMAT parquet, COMPRESSION lz4_raw)`);
    runs.push(run);
  }
  const list = runs.map((run) => sqlText(join(folder, run))).join(', ');
  const written = await writeSegment(background, folder, `SELECT * FROM read_parquet([${list}])`, file, tier);
  await removeTemporary(folder, runs);
  return written;
}
