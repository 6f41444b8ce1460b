import { setImmediate as othersTurn } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import { columnWriter, type ColumnWriter } from './column-writer.js';

/** DuckDB's vector size: the most rows that a data chunk takes. */
const CHUNK_ROWS = 2048;

export interface ChunkSource {
  readonly table: string;
  /** Of the table's columns, all, in order. It is overwritten for each part, since its memory is given back only when the garbage collector finds it. */
  readonly chunk: DuckDBDataChunk;
  readonly rowCount: number;
  /** Rows a part, at most 2048. */
  readonly chunkRows: number;
  /** Writes `rows` rows, of the source from `offset` on, to the vectors of the columns: every column, nulls too. */
  readonly fill: (vectors: readonly Vector[], offset: number, rows: number) => void;
}

export interface RowSource {
  readonly table: string;
  /** Of the table's columns, all, in order. */
  readonly types: readonly DuckDBType[];
  readonly rowCount: number;
  /** Writes source row `index` to row `row` of the columns, every column, nulls too. */
  readonly write: (columns: readonly ColumnWriter[], row: number, index: number) => void;
}

/** Appends rows in DuckDB's own vectors, which is ten times cheaper than a call a value. Runs in the connection's transaction; other work gets its turn between two chunks. */
export async function appendRows(
  connection: DuckDBConnection,
  { table, types, rowCount, write }: RowSource,
): Promise<void> {
  if (rowCount === 0) return;
  await appendChunks(connection, {
    table,
    chunk: DuckDBDataChunk.create(types),
    rowCount,
    chunkRows: CHUNK_ROWS,
    fill: (vectors, offset, rows) => {
      const columns = types.map((type, column) => columnWriter(type, vectors[column]!, rows));
      for (let row = 0; row < rows; row += 1) write(columns, row, offset + row);
      for (const column of columns) column.flush();
    },
  });
}

/** The same for who has whole columns at hand. */
export async function appendChunks(connection: DuckDBConnection, source: ChunkSource): Promise<void> {
  const { table, chunk, rowCount, chunkRows, fill } = source;
  if (rowCount === 0) return;
  const appender = await connection.createAppender(table);
  try {
    for (let offset = 0; offset < rowCount; offset += chunkRows) {
      const rows = Math.min(chunkRows, rowCount - offset);
      chunk.reset();
      chunk.rowCount = rows;
      const vectors = Array.from({ length: chunk.columnCount }, (_, column) =>
        duckdb.data_chunk_get_vector(chunk.chunk, column),
      );
      fill(vectors, offset, rows);
      appender.appendDataChunk(chunk);
      await othersTurn();
    }
    appender.flushSync();
    await othersTurn();
  } finally {
    appender.closeSync();
  }
}

/** Sets the columns of one row. */
export function setRow(columns: readonly ColumnWriter[], row: number, values: readonly DuckDBValue[]): void {
  for (const [column, value] of values.entries()) columns[column]?.setItem(row, value);
}
