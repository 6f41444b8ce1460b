import { type DuckDBConnection, UINTEGER, VARCHAR } from '@duckdb/node-api';
import { appendRows } from './append-rows.js';

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
    const columns = [
      { type: UINTEGER, at: (row: number) => made[row]?.id ?? 0 },
      { type: VARCHAR, at: (row: number) => made[row]?.name ?? '' },
    ];
    await appendRows(connection, 'scopes', columns, made.length);
    return ids;
  }
}

async function load(connection: DuckDBConnection): Promise<Map<string, number>> {
  const result = await connection.runAndReadAll('SELECT name, id FROM scopes');
  return new Map(result.getRowsJS() as [string, number][]);
}
