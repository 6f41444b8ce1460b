import { sql, type Kysely, type Selectable, type Transaction } from 'kysely';
import {
  CycleRecords,
  type ClosedCycles,
  type Completeness,
  type Cycle,
  type NewCycle,
  type ShardReport,
  type ShardState,
} from '../../metrics/collect/cycle-records.port.js';
import type { MissingNode } from '../../metrics/collect/node-failure.js';
import { Database } from './database.js';
import { sumClosedCycles } from './sum-closed-cycles.js';

interface CycleRow {
  cycle_at: Date;
  resolution_ms: number;
  started_at: Date;
  nodes_expected: number;
  closed_at: Date | null;
  nodes_present: number | null;
  missing: readonly MissingNode[] | null;
  closing: string | null;
}
interface ShardRow {
  cycle_at: Date;
  shard: number;
  nodes: readonly string[];
  reported_at: Date | null;
  report: ShardReport | null;
}
interface Tables {
  /** One row: the number of the newest closing. */
  metric_closings: { newest: string };
  metric_cycles: CycleRow;
  metric_shards: ShardRow;
}

const CYCLES_WITH_SHARDS = 10;

/** The cycles in PostgreSQL. Calls on one cycle wait for each other at the cycle's row. */
export class PostgresCycleRecords extends CycleRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override start(cycle: NewCycle): Promise<readonly ShardState[]> {
    const cycle_at = new Date(cycle.cycleAtMs);
    return this.database.transaction<Tables, ShardState[]>(async (transaction) => {
      const inserted = await transaction
        .insertInto('metric_cycles')
        .values({
          cycle_at,
          resolution_ms: cycle.resolutionMs,
          started_at: new Date(cycle.startedAtMs),
          nodes_expected: cycle.shards.reduce((sum, nodes) => sum + nodes.length, 0),
          closed_at: null,
          nodes_present: null,
          missing: null,
          closing: null,
        })
        .onConflict((conflict) => conflict.column('cycle_at').doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows && cycle.shards.length > 0) {
        await transaction
          .insertInto('metric_shards')
          .values(cycle.shards.map((nodes, shard) => ({ cycle_at, shard, nodes: jsonb<readonly string[]>(nodes) })))
          .execute();
      }
      return shardsOf(transaction, cycle_at);
    });
  }

  override shards(cycleAtMs: number): Promise<readonly ShardState[]> {
    return shardsOf(this.database.tables<Tables>(), new Date(cycleAtMs));
  }

  override report(
    cycleAtMs: number,
    shard: number,
    report: ShardReport,
    atMs: number,
  ): Promise<'kept' | 'late' | 'unknown'> {
    const cycle_at = new Date(cycleAtMs);
    return this.database.transaction<Tables, 'kept' | 'late' | 'unknown'>(async (transaction) => {
      const cycle = await lock(transaction, cycle_at);
      const updated = await transaction
        .updateTable('metric_shards')
        .set({ reported_at: new Date(atMs), report: jsonb<ShardReport>(report) })
        .where('cycle_at', '=', cycle_at)
        .where('shard', '=', shard)
        .executeTakeFirst();
      if (!cycle || updated.numUpdatedRows === 0n) return 'unknown';
      return cycle.closed_at === null ? 'kept' : 'late';
    });
  }

  override close(cycleAtMs: number, completeness: Completeness, reportsSeen: number): Promise<boolean> {
    const cycle_at = new Date(cycleAtMs);
    return this.database.transaction<Tables, boolean>(async (transaction) => {
      const cycle = await lock(transaction, cycle_at);
      if (!cycle) return true; // trimmed meanwhile: there is nothing to record it on
      const shards = await shardsOf(transaction, cycle_at);
      if (shards.filter(({ report }) => report !== undefined).length > reportsSeen) return false;
      await transaction
        .updateTable('metric_cycles')
        .set({
          closed_at: new Date(completeness.closedAtMs),
          nodes_present: completeness.nodesPresent,
          missing: jsonb<readonly MissingNode[]>(completeness.missing),
          closing: await nextClosing(transaction),
        })
        .where('cycle_at', '=', cycle_at)
        .execute();
      const forgottenAtMs = cycleAtMs - CYCLES_WITH_SHARDS * cycle.resolution_ms;
      await transaction.deleteFrom('metric_shards').where('cycle_at', '<', new Date(forgottenAtMs)).execute();
      return true;
    });
  }

  override async find(cycleAtMs: number): Promise<Cycle | undefined> {
    const row = await this.#cycles().where('cycle_at', '=', new Date(cycleAtMs)).executeTakeFirst();
    return row && cycleOf(row);
  }

  override async list(range: { fromMs: number; beforeMs: number; limit: number }): Promise<Cycle[]> {
    const rows = await this.#cycles()
      .where('cycle_at', '>=', new Date(range.fromMs))
      .where('cycle_at', '<', new Date(range.beforeMs))
      .orderBy('cycle_at', 'desc')
      .limit(range.limit)
      .execute();
    return rows.map(cycleOf);
  }

  override sumClosed(range: { fromMs: number; beforeMs: number; limit: number }): Promise<ClosedCycles> {
    return sumClosedCycles(this.database.tables<Tables>(), range);
  }

  override async trim(beforeMs: number): Promise<number> {
    const deleted = await this.database
      .tables<Tables>()
      .deleteFrom('metric_cycles')
      .where('cycle_at', '<', new Date(beforeMs))
      .executeTakeFirst();
    return Number(deleted.numDeletedRows);
  }

  #cycles() {
    return this.database.tables<Tables>().selectFrom('metric_cycles').selectAll();
  }
}

function jsonb<T>(value: T) {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}

/** The row stays locked until the transaction ends, so that closings become visible in the order of their numbers. */
async function nextClosing(transaction: Transaction<Tables>): Promise<string> {
  const { newest } = await transaction
    .updateTable('metric_closings')
    .set({ newest: sql`newest + 1` })
    .returning('newest')
    .executeTakeFirstOrThrow();
  return newest;
}

function lock(transaction: Transaction<Tables>, cycle_at: Date): Promise<CycleRow | undefined> {
  return transaction
    .selectFrom('metric_cycles')
    .selectAll()
    .where('cycle_at', '=', cycle_at)
    .forUpdate()
    .executeTakeFirst();
}

async function shardsOf(tables: Kysely<Tables>, cycle_at: Date): Promise<ShardState[]> {
  const rows = await tables
    .selectFrom('metric_shards')
    .select(['shard', 'nodes', 'report'])
    .where('cycle_at', '=', cycle_at)
    .orderBy('shard')
    .execute();
  return rows.map(({ shard, nodes, report }) => ({ shard, nodes, ...(report === null ? {} : { report }) }));
}

function cycleOf(row: Selectable<CycleRow>): Cycle {
  const completeness: Completeness | undefined =
    row.closed_at === null
      ? undefined
      : {
          closedAtMs: row.closed_at.getTime(),
          nodesPresent: row.nodes_present ?? 0,
          missing: row.missing ?? [],
        };
  return {
    cycleAtMs: row.cycle_at.getTime(),
    resolutionMs: row.resolution_ms,
    startedAtMs: row.started_at.getTime(),
    nodesExpected: row.nodes_expected,
    ...(completeness ? { completeness } : {}),
  };
}
