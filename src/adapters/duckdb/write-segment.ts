import { join } from 'node:path';
import type { BackgroundConnection } from './background-connection.js';
import { sqlText } from './sample-source.js';
import { publishFile, temporaryName } from './segment-files.js';

/**
 * Rows that are compressed together, sorted by object: a query of few objects reads the groups whose range of ids holds them. Smaller groups read less and
 * make the file's footer, which every query reads, longer.
 */
const ROW_GROUP_ROWS = 61_440;

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
): Promise<{ readonly rows: number; readonly bytes: number } | undefined> {
  const result = await background.run(
    `COPY (${query}) TO ${sqlText(join(folder, temporaryName(file)))}
     (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, ROW_GROUP_SIZE ${String(ROW_GROUP_ROWS)})`,
  );
  const rows = Number((await result.getRowsJS())[0]?.[0] ?? 0);
  if (rows === 0) return undefined;
  return { rows, ...(await publishFile(folder, file)) };
}
