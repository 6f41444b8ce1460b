import { sql, type Selectable } from 'kysely';
import type { CountedOutcome } from '../../gc/core/outcome-of-node.js';
import {
  GC_NODE_STATES,
  GcRunRecords,
  type GcNodeChange,
  type GcNodeCounts,
  type GcNodeState,
  type GcRunNode,
  type GcRunRecord,
} from '../../gc/runs/gc-run-records.port.js';
import { Database } from './database.js';
import { deleteOldest } from './delete-oldest.js';

interface RunRow {
  run: string;
  policy: string;
  policy_version: string | number;
  policy_body: object;
  plan: string;
  is_approved: boolean;
  is_dry_run: boolean;
  started_by: string;
  started_at: Date;
  deadline_at: Date;
}
interface NodeRow {
  run: string;
  node: string;
  position: number;
  state: GcNodeState;
  because: string;
  attempt: number;
  outcome: CountedOutcome | null;
  changed_at: Date;
}
interface Tables {
  gc_runs: RunRow;
  gc_run_nodes: NodeRow;
  runs: { id: string };
}

const OPEN: readonly GcNodeState[] = ['pending', 'running', 'waiting'];
const NODES_AT_ONCE = 1_000;

/** The runs of policies in PostgreSQL. */
export class PostgresGcRunRecords extends GcRunRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async insert(run: GcRunRecord, nodes: readonly string[]): Promise<void> {
    await this.database.transaction<Tables, void>(async (transaction) => {
      const inserted = await transaction
        .insertInto('gc_runs')
        .values(rowOf(run))
        .onConflict((conflict) => conflict.column('run').doNothing())
        .executeTakeFirst();
      if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return;
      const rows = nodes.map((node, position) => ({ run: run.run, node, position, ...pendingSince(run) }));
      for (let start = 0; start < rows.length; start += NODES_AT_ONCE)
        await transaction
          .insertInto('gc_run_nodes')
          .values(rows.slice(start, start + NODES_AT_ONCE))
          .execute();
    });
  }

  override async find(runs: readonly string[]): Promise<readonly GcRunRecord[]> {
    if (runs.length === 0) return [];
    const rows = await this.#tables.selectFrom('gc_runs').selectAll().where('run', 'in', runs).execute();
    return rows.map(recordOf);
  }

  override async changeNode(run: string, node: string, change: GcNodeChange): Promise<boolean> {
    const updated = await this.#tables
      .updateTable('gc_run_nodes')
      .set((row) => ({
        state: change.to,
        because: change.because,
        ...(change.to === 'running' ? { attempt: row('attempt', '+', 1) } : {}),
        changed_at: new Date(change.atMs),
        ...(change.outcome ? { outcome: sql<CountedOutcome>`${JSON.stringify(change.outcome)}::jsonb` } : {}),
      }))
      .where('run', '=', run)
      .where('node', '=', node)
      .where('state', 'in', change.from ? [change.from] : OPEN)
      .executeTakeFirst();
    return updated.numUpdatedRows > 0n;
  }

  override async node(run: string, node: string): Promise<GcRunNode | undefined> {
    const row = await this.#nodes(run).where('node', '=', node).executeTakeFirst();
    return row && nodeOf(row);
  }

  override async nodes(run: string, limit: number, after?: number): Promise<readonly GcRunNode[]> {
    let query = this.#nodes(run).orderBy('position').limit(limit);
    if (after !== undefined) query = query.where('position', '>', after);
    return (await query.execute()).map(nodeOf);
  }

  override async counts(runs: readonly string[]): Promise<ReadonlyMap<string, GcNodeCounts>> {
    if (runs.length === 0) return new Map();
    const rows = await this.#tables
      .selectFrom('gc_run_nodes')
      .select(['run', 'state', (row) => row.fn.countAll<string | number>().as('count')])
      .where('run', 'in', runs)
      .groupBy(['run', 'state'])
      .execute();
    const counts = new Map<string, Record<GcNodeState, number>>();
    for (const { run, state, count } of rows) {
      const known = counts.get(run) ?? noNodes();
      known[state] = Number(count);
      counts.set(run, known);
    }
    return counts;
  }

  override async open(limit: number, run?: string): Promise<readonly (GcRunNode & { readonly run: string })[]> {
    let query = this.#tables
      .selectFrom('gc_run_nodes')
      .innerJoin('gc_runs', 'gc_runs.run', 'gc_run_nodes.run')
      .selectAll('gc_run_nodes')
      .where('gc_run_nodes.state', 'in', OPEN)
      .orderBy('gc_runs.started_at')
      .orderBy('gc_run_nodes.run')
      .orderBy('position')
      .limit(limit);
    if (run !== undefined) query = query.where('gc_run_nodes.run', '=', run);
    return (await query.execute()).map((row) => ({ run: row.run, ...nodeOf(row) }));
  }

  override trim(startedBeforeMs: number, idleBeforeMs: number, limit: number): Promise<number> {
    const isForgotten = sql`started_at < ${new Date(startedBeforeMs)} AND NOT EXISTS (SELECT FROM runs WHERE runs.id = gc_runs.run)`;
    const hadSomething = sql`EXISTS (SELECT FROM gc_run_nodes n WHERE n.run = gc_runs.run
      AND NOT (n.state = 'succeeded' AND coalesce((n.outcome->>'planned')::int, 0) = 0))`;
    const wasIdle = sql`started_by LIKE 'schedule:%' AND started_at < ${new Date(idleBeforeMs)} AND NOT ${hadSomething}`;
    return deleteOldest(this.#tables, {
      table: 'gc_runs',
      key: 'run',
      at: 'started_at',
      beforeMs: Math.max(startedBeforeMs, idleBeforeMs),
      limit,
      unless: sql`NOT ((${isForgotten}) OR (${wasIdle}))`,
    });
  }

  #nodes(run: string) {
    return this.#tables.selectFrom('gc_run_nodes').selectAll().where('run', '=', run);
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}

function pendingSince({ startedAtMs }: GcRunRecord) {
  return {
    state: 'pending' as const,
    because: 'not taken yet',
    attempt: 0,
    outcome: null,
    changed_at: new Date(startedAtMs),
  };
}

function noNodes(): Record<GcNodeState, number> {
  return Object.fromEntries(GC_NODE_STATES.map((state) => [state, 0])) as Record<GcNodeState, number>;
}

function rowOf(run: GcRunRecord) {
  return {
    run: run.run,
    policy: run.policy,
    policy_version: run.policyVersion,
    policy_body: sql<object>`${JSON.stringify(run.policyBody)}::jsonb`,
    plan: run.plan,
    is_approved: run.isApproved,
    is_dry_run: run.isDryRun,
    started_by: run.startedBy,
    started_at: new Date(run.startedAtMs),
    deadline_at: new Date(run.deadlineMs),
  };
}

function recordOf(row: Selectable<RunRow>): GcRunRecord {
  return {
    run: row.run,
    policy: row.policy,
    policyVersion: Number(row.policy_version),
    policyBody: row.policy_body,
    plan: row.plan,
    isApproved: row.is_approved,
    isDryRun: row.is_dry_run,
    startedBy: row.started_by,
    startedAtMs: row.started_at.getTime(),
    deadlineMs: row.deadline_at.getTime(),
  };
}

function nodeOf({ node, position, state, because, attempt, outcome, changed_at }: Selectable<NodeRow>): GcRunNode {
  return {
    node,
    position,
    state,
    because,
    attempt,
    ...(outcome ? { outcome } : {}),
    changedAtMs: changed_at.getTime(),
  };
}
