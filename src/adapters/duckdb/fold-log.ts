import type { DuckDBConnection } from '@duckdb/node-api';
import type { DatabaseFiles } from './database-files.js';
import { sizeOf } from './segment-files.js';

/** A write-ahead log up to this size is folded into the file at the end, in a fraction of a second; the next start replays a longer one, and folds it in then. */
const SHORT_BYTES = 8_000_000;

/** Folds the write-ahead log into the database's file when it is as long as that. What DuckDB says when it cannot, it throws: all of it stands in the log. */
export async function foldLog(writer: DuckDBConnection, files: DatabaseFiles, length: 'short' | 'long'): Promise<void> {
  const bytes = await sizeOf(files.log);
  if (bytes === undefined || (bytes > SHORT_BYTES ? 'long' : 'short') !== length) return;
  await writer.run('CHECKPOINT');
}
