import { BIGINT, type DuckDBConnection, UINTEGER } from '@duckdb/node-api';
import { appendRows, setRow } from './append-rows.js';
import type { OpenGeneration } from './day-generations.js';

/** Cycles of which the written scopes are remembered; older ones are read from the store again. */
const REMEMBERED_CYCLES = 16;

/** Knows which scopes of which cycles a day's open generation holds, so that only a rerun pays for looking for rows to replace. */
export class WrittenScopes {
  private readonly cycles = new Map<string, Set<number>>();

  /** After an error, and when tables have gone. */
  clear(): void {
    this.cycles.clear();
  }

  /** Those of `scopeIds` that the generation holds of this cycle already; notes and writes the others, in the connection's transaction. */
  async add(
    connection: DuckDBConnection,
    generation: OpenGeneration,
    cycleAtMs: number,
    scopeIds: readonly number[],
  ): Promise<{ again: number[]; first: number[] }> {
    const known = await this.of(connection, generation, cycleAtMs);
    const again = scopeIds.filter((id) => known.has(id));
    const first = scopeIds.filter((id) => !known.has(id));
    for (const id of first) known.add(id);
    const cycleAt = BigInt(cycleAtMs);
    await appendRows(connection, {
      table: generation.writtenTable,
      types: [BIGINT, UINTEGER],
      rowCount: first.length,
      write: (columns, row, index) => setRow(columns, row, [cycleAt, first[index] ?? 0]),
    });
    return { again, first };
  }

  private async of(connection: DuckDBConnection, { writtenTable }: OpenGeneration, cycleAtMs: number) {
    const key = `${writtenTable} ${String(cycleAtMs)}`;
    let known = this.cycles.get(key);
    if (!known) {
      const result = await connection.runAndReadAll(
        `SELECT scope_id FROM ${writtenTable} WHERE cycle_at = ${String(cycleAtMs)}`,
      );
      known = new Set((result.getRowsJS() as [number][]).map(([id]) => id));
      this.cycles.set(key, known);
      const [oldest] = this.cycles.keys();
      if (this.cycles.size > REMEMBERED_CYCLES && oldest !== undefined) this.cycles.delete(oldest);
    }
    return known;
  }
}
