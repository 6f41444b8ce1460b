import { type DuckDBConnection, UINTEGER, VARCHAR } from '@duckdb/node-api';
import { appendRows, setRow } from './append-rows.js';

/** Gives every scope (a node, or `''`) its id in `scopes`. */
export class ScopeIndex {
  private ids: Map<string, number> | undefined;

  /** After an error: ids may have been given that no transaction wrote. */
  clear(): void {
    this.ids = undefined;
  }

  async idsOf(connection: DuckDBConnection, names: readonly string[]): Promise<number[]> {
    this.ids ??= await load(connection);
    const known = this.ids;
    const made: { id: number; name: string }[] = [];
    const ids = names.map((name) => {
      let id = known.get(name);
      if (id === undefined) {
        id = known.size + 1;
        known.set(name, id);
        made.push({ id, name });
      }
      return id;
    });
    await appendRows(connection, {
      table: 'scopes',
      types: [UINTEGER, VARCHAR],
      rowCount: made.length,
      write: (columns, row, index) => setRow(columns, row, [made[index]?.id ?? 0, made[index]?.name ?? '']),
    });
    return ids;
  }
}

async function load(connection: DuckDBConnection): Promise<Map<string, number>> {
  const result = await connection.runAndReadAll('SELECT name, id FROM scopes');
  return new Map(result.getRowsJS() as [string, number][]);
}
