import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { appendColumns } from './append-columns.js';
import { columnWriter, type ColumnWriter } from './column-writer.js';

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
  const fill = (vectors: readonly Vector[], from: number, rows: number): void => {
    const columns = types.map((type, column) => columnWriter(type, vectors[column]!, rows));
    for (let row = 0; row < rows; row += 1) write(columns, row, from + row);
    for (const column of columns) column.flush();
  };
  await appendColumns(connection, { table, chunk: DuckDBDataChunk.create(types) }, [{ rowCount, fill }]);
}

/** Sets the columns of one row. */
export function setRow(columns: readonly ColumnWriter[], row: number, values: readonly DuckDBValue[]): void {
  for (const [column, value] of values.entries()) columns[column]?.setItem(row, value);
}
