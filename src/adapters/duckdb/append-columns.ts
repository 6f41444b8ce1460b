import { setImmediate as othersTurn } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb, { type Vector } from '@duckdb/node-bindings';

/** DuckDB's vector size: the most rows that a data chunk takes. */
const CHUNK_ROWS = 2048;

export interface ColumnSource {
  readonly rowCount: number;
  /** Rows that are filled at once, at most 2,048, which is what it is when absent. */
  readonly chunkRows?: number;
  /** Fills a vector for each of the table's columns with so many rows, from row `from` on: every column, nulls too. */
  readonly fill: (vectors: readonly Vector[], from: number, rows: number) => void;
}

export interface AppendedTable {
  readonly table: string;
  /** Of the table's columns, all, in order. It is overwritten for each part, since its memory is given back only when the garbage collector finds it. */
  readonly chunk: DuckDBDataChunk;
}

/** Appends whole vectors. Runs in the connection's transaction; other work gets its turn between two chunks. */
export async function appendColumns(
  connection: DuckDBConnection,
  { table, chunk }: AppendedTable,
  sources: readonly ColumnSource[],
): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    for (const { rowCount, chunkRows = CHUNK_ROWS, fill } of sources)
      for (let from = 0; from < rowCount; from += chunkRows) {
        const rows = Math.min(chunkRows, rowCount - from);
        chunk.reset();
        chunk.rowCount = rows;
        const vectors = Array.from({ length: chunk.columnCount }, (_, column) =>
          duckdb.data_chunk_get_vector(chunk.chunk, column),
        );
        fill(vectors, from, rows);
        appender.appendDataChunk(chunk);
        appender.flushSync(); // inserts the chunk on this thread: all of a table's at once would stop the event loop for as many times as long
        await othersTurn();
      }
  } finally {
    appender.closeSync();
  }
}
