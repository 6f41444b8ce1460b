import { sql, type Selectable, type Transaction } from 'kysely';
import {
  AgentWorkRecords,
  type Attempt,
  type AvailableTask,
  type ReportRefusal,
  type TakenTask,
  type TaskEnding,
} from '../../agents/agent-work-records.port.js';
import { earlierStates } from '../../agents/core/earlier-states.js';
import type { ItemReport } from '../../agents/core/task.js';
import type { AgentTaskTables, TaskRow } from './agent-task-tables.js';
import { Database } from './database.js';

type Tables = Transaction<AgentTaskTables>;

/** What agents carry out, in PostgreSQL. Each change holds the lock of its task's row. */
export class PostgresAgentWorkRecords extends AgentWorkRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async available(nodes: readonly string[], nowMs: number): Promise<readonly AvailableTask[]> {
    if (nodes.length === 0) return [];
    const { rows } = await sql<AvailableTask>`SELECT id, node, kind FROM agent_tasks AS task
      WHERE node = ANY(${nodes}) AND ${free(nowMs)} AND ${noOtherRemoval(nowMs)}
      ORDER BY created_at, id`.execute(this.database.tables<AgentTaskTables>());
    return rows;
  }

  override take(
    { task, node }: Pick<Attempt, 'task' | 'node'>,
    instance: string,
    nowMs: number,
    leaseMs: number,
  ): Promise<TakenTask | undefined> {
    return this.database.transaction<AgentTaskTables, TakenTask | undefined>(async (transaction) => {
      await lockLeases(transaction, node);
      const { rows } = await sql<Selectable<TaskRow>>`UPDATE agent_tasks AS task
        SET state = 'leased', attempt = attempt + 1, holder = ${instance}, lease_until = ${new Date(nowMs + leaseMs)}
        WHERE id = ${task} AND node = ${node} AND ${free(nowMs)} AND ${noOtherRemoval(nowMs)}
        RETURNING *`.execute(transaction);
      const [taken] = rows;
      if (!taken) return undefined;
      const { id, kind, attempt, created_at, deadline, payload } = taken;
      const told = { id, kind, attempt, createdAtMs: created_at.getTime(), deadlineAtMs: deadline.getTime() };
      if (!payload) return told;
      if ('do' in payload) return { ...told, staticPod: payload };
      return { ...told, order: { ...payload, earlier: await earlierOf(transaction, id) } };
    });
  }

  override report(
    attempt: Attempt,
    { sequence, items }: { readonly sequence?: number; readonly items: readonly ItemReport[] },
    nowMs: number,
    leaseMs: number,
  ): Promise<ReportRefusal | { readonly cancelRequested: boolean }> {
    return this.database.transaction<AgentTaskTables, ReportRefusal | { readonly cancelRequested: boolean }>(
      async (transaction) => {
        await lockLeases(transaction, attempt.node);
        const task = await lock(transaction, attempt);
        const refusal = refusalOf(task, attempt);
        if (!task || refusal) return refusal ?? 'unknown';
        const { numAffectedRows } = await sql`UPDATE agent_tasks AS task SET lease_until = ${new Date(nowMs + leaseMs)}
          WHERE id = ${task.id} AND ${noOtherRemoval(nowMs)}`.execute(transaction);
        if (numAffectedRows === 0n) return 'superseded';
        if (sequence !== undefined && items.length > 0) {
          const values = { task: attempt.task, attempt: attempt.attempt, sequence };
          await transaction
            .insertInto('agent_reports')
            .values({ ...values, items: sql`${JSON.stringify(items)}::jsonb` })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        }
        return { cancelRequested: task.cancel_requested };
      },
    );
  }

  override finish(attempt: Attempt, ending: TaskEnding, nowMs: number): Promise<ReportRefusal | 'noted'> {
    return this.database.transaction<AgentTaskTables, ReportRefusal | 'noted'>(async (transaction) => {
      const task = await lock(transaction, attempt);
      if (task && task.attempt === attempt.attempt && isEndedSo(task, ending)) return 'noted';
      const refusal = refusalOf(task, attempt);
      if (!task || refusal) return refusal ?? 'unknown';
      const { to, error, summary, finding } = ending;
      if (finding && (task.kind === 'inventory' || task.kind === 'machine')) {
        const row = {
          node: task.node,
          kind: task.kind,
          task: task.id,
          taken_at: new Date(finding.takenAtMs),
          received_at: new Date(nowMs),
          body: Buffer.from(finding.body),
        };
        await transaction
          .insertInto('agent_findings')
          .values(row)
          .onConflict((conflict) => conflict.columns(['node', 'kind']).doUpdateSet(row))
          .execute();
      }
      await transaction
        .updateTable('agent_tasks')
        .set({
          state: to,
          lease_until: null,
          finished_at: to === 'queued' ? null : new Date(nowMs),
          error: error ?? null,
          summary: summary === undefined ? null : sql`${JSON.stringify(summary)}::jsonb`,
        })
        .where('id', '=', task.id)
        .execute();
      return 'noted';
    });
  }
}

/** A row of `task` that an agent may take. */
function free(nowMs: number) {
  const now = new Date(nowMs);
  return sql`finished_at IS NULL AND NOT cancel_requested AND deadline > ${now} AND (lease_until IS NULL OR lease_until <= ${now})`;
}

function noOtherRemoval(nowMs: number) {
  return sql`(kind <> 'remove' OR NOT EXISTS (SELECT FROM agent_tasks AS other WHERE other.node = task.node AND other.kind = 'remove'
    AND other.id <> task.id AND other.finished_at IS NULL AND other.lease_until > ${new Date(nowMs)}))`;
}

/** Leases of one node are given and renewed one after another: two removals at once would not see each other's lease. To be called before a task is locked. */
async function lockLeases(transaction: Tables, node: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext('agent ' || ${node}))`.execute(transaction);
}

function lock(transaction: Tables, { task, node }: Attempt) {
  return transaction
    .selectFrom('agent_tasks')
    .select(['id', 'node', 'kind', 'state', 'attempt', 'cancel_requested'])
    .where('id', '=', task)
    .where('node', '=', node)
    .forUpdate()
    .executeTakeFirst();
}

function refusalOf(
  task: Pick<Selectable<TaskRow>, 'attempt' | 'state'> | undefined,
  { attempt }: Attempt,
): ReportRefusal | undefined {
  if (!task) return 'unknown';
  if (task.attempt !== attempt) return 'superseded';
  return task.state === 'leased' ? undefined : 'over';
}

/** The same ending, told again because its first answer was lost. */
function isEndedSo({ state }: Pick<Selectable<TaskRow>, 'state'>, { to }: TaskEnding): boolean {
  return state === to;
}

async function earlierOf(transaction: Tables, task: string) {
  const rows = await transaction
    .selectFrom('agent_reports')
    .select('items')
    .where('task', '=', task)
    .orderBy('attempt')
    .orderBy('sequence')
    .execute();
  return earlierStates(rows.flatMap(({ items }) => items));
}
