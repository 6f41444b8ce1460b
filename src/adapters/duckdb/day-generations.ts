import type { DuckDBConnection } from '@duckdb/node-api';
import type { Kinds } from './metric-kinds.js';
import { dayOf, KEY_COLUMNS, type Layout, type Part, partName, WRITTEN } from './metric-layout.js';

/** The tables of one day that take its samples now. */
export interface OpenGeneration {
  readonly dayMs: number;
  readonly generation: number;
  readonly writtenTable: string;
  /** One a kind. */
  readonly tables: ReadonlyMap<string, Part>;
  /** What holds samples of this generation: `tables` and those that finished hours were moved to. */
  readonly names: readonly string[];
  /** Whether samples of the day also stand in lower generations, where an older version of a scope must be made void. */
  readonly hasOlder: boolean;
}

/**
 * Which generation of a day takes new samples. A generation that is being closed is frozen: what arrives meanwhile (or after) goes to the next
 * one, so that closing never races with appending. After a restart nothing is frozen: an interrupted closing begins anew.
 */
export class DayGenerations {
  private readonly frozen = new Map<number, number>();

  constructor(private readonly kinds: Kinds) {}

  /** From now on, samples of this day go to a generation above `generation`. */
  freeze(dayMs: number, generation: number): void {
    this.frozen.set(dayMs, Math.max(generation, this.frozen.get(dayMs) ?? 0));
  }

  /** Finds the tables of the day, or makes them in the connection's transaction; adds columns for metrics that the catalogue got since. */
  async open(
    connection: DuckDBConnection,
    layout: Layout,
    cycleAtMs: number,
  ): Promise<{ generation: OpenGeneration; isChanged: boolean }> {
    const dayMs = dayOf(cycleAtMs);
    const parts = layout.parts.filter((part) => part.tier === 'raw' && part.dayMs === dayMs);
    const closed = Math.max(this.frozen.get(dayMs) ?? 0, ...parts.filter((p) => p.isSegment).map((p) => p.generation));
    const highest = Math.max(0, ...parts.filter((p) => p.kind === WRITTEN).map((p) => p.generation));
    const number = highest > closed ? highest : Math.max(highest, closed) + 1;
    const mine = parts.filter((p) => !p.isSegment && p.generation === number);
    const tables = new Map(mine.filter((p) => !p.isSorted).map((p) => [p.kind, p]));
    let isChanged = false;
    for (const kind of this.kinds.all) {
      const found = tables.get(kind.name);
      const part = found ?? (await this.create(connection, kind.name, kind.metrics, dayMs, number));
      const missing = kind.metrics.filter((metric) => !part.metrics.includes(metric));
      for (const metric of missing) await connection.run(`ALTER TABLE ${part.name} ADD COLUMN "${metric}" DOUBLE`);
      tables.set(kind.name, { ...part, metrics: [...part.metrics, ...missing] });
      isChanged ||= !found || missing.length > 0;
    }
    const writtenTable = partName(WRITTEN, dayMs, number);
    if (!tables.has(WRITTEN)) await connection.run(`CREATE TABLE ${writtenTable} (cycle_at BIGINT, scope_id UINTEGER)`);
    const hasOlder = parts.some((part) => part.generation < number);
    const holding = [...tables.values(), ...mine.filter((p) => p.isSorted)].filter((p) => p.kind !== WRITTEN);
    const names = holding.map(({ name }) => name);
    return { generation: { dayMs, generation: number, writtenTable, tables, names, hasOlder }, isChanged };
  }

  private async create(
    connection: DuckDBConnection,
    kind: string,
    metrics: readonly string[],
    dayMs: number,
    generation: number,
  ): Promise<Part> {
    const name = partName(kind, dayMs, generation);
    const [cycleAt, scopeId, objectId, sampledAt] = KEY_COLUMNS;
    const columns = metrics.map((metric) => `"${metric}" DOUBLE`);
    await connection.run(
      `CREATE TABLE ${name} (${cycleAt} BIGINT, ${scopeId} UINTEGER, ${objectId} UINTEGER, ${sampledAt} BIGINT, ${columns.join(', ')})`,
    );
    return {
      tier: 'raw',
      kind,
      dayMs,
      generation,
      name,
      isSegment: false,
      isSorted: false,
      metrics,
      rowCount: 0,
      bytes: 0,
    };
  }
}
