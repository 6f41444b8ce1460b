import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBValue } from '@duckdb/node-api';

/**
 * The rows that a statement gives. `runAndReadAll` gives the same by way of Node's pool for the statement, for each 2,048 rows and for their end, and each time the answer
 * waits for a thread of the pool and for the event loop; here the statement alone does. With values it takes two more such ways, so what is short stands in the text.
 */
export async function readRows(
  connection: DuckDBConnection,
  sql: string,
  values?: DuckDBValue[],
): Promise<DuckDBValue[][]> {
  const rows: DuckDBValue[][] = [];
  for (const chunk of chunksOf(await connection.run(sql, values))) chunk.appendToRows(rows);
  return rows;
}

/** The same by column; none when there is no row. */
export async function readColumns(
  connection: DuckDBConnection,
  sql: string,
  values?: DuckDBValue[],
): Promise<DuckDBValue[][]> {
  const columns: DuckDBValue[][] = [];
  for (const chunk of chunksOf(await connection.run(sql, values))) chunk.appendToColumns(columns);
  return columns;
}

function* chunksOf(result: DuckDBMaterializedResult) {
  for (let index = 0; index < result.chunkCount; index += 1) yield result.getChunk(index);
}
