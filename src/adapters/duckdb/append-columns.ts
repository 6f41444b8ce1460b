import { setImmediate as othersTurn } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType } from '@duckdb/node-api';
import duckdb, { type Vector } from '@duckdb/node-bindings';

/** DuckDB's vector size: the most rows that a data chunk takes. */
const CHUNK_ROWS = 2048;

export interface ColumnSource {
  readonly rowCount: number;
  /** Fills a vector for each of the table's columns with so many rows, from row `from` on. */
  readonly fill: (vectors: readonly Vector[], from: number, rows: number) => void;
}

export interface AppendedTable {
  readonly table: string;
  /** Of the table's columns, all, in order. */
  readonly types: readonly DuckDBType[];
}

/** Appends whole vectors. Runs in the connection's transaction; other work gets its turn between two chunks. */
export async function appendColumns(
  connection: DuckDBConnection,
  { table, types }: AppendedTable,
  sources: readonly ColumnSource[],
): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    for (const { rowCount, fill } of sources)
      for (let from = 0; from < rowCount; from += CHUNK_ROWS) {
        const rows = Math.min(CHUNK_ROWS, rowCount - from);
        const chunk = DuckDBDataChunk.create(types, rows);
        const vectors = types.map((_, column) => duckdb.data_chunk_get_vector(chunk.chunk, column));
        fill(vectors, from, rows);
        appender.appendDataChunk(chunk);
        await othersTurn();
      }
    appender.flushSync();
    await othersTurn();
  } finally {
    appender.closeSync();
  }
}
