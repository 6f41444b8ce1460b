import { sql } from 'kysely';
import { AgentTaskRecords } from '../../agents/agent-task-records.port.js';
import {
  AGENT_TASK_STATES,
  type AgentTask,
  type AgentTaskState,
  type AttemptedReport,
  type NewAgentTask,
  type NewStaticPodTask,
} from '../../agents/agent-task.js';
import { type AgentTaskTables, TASK_COLUMNS, taskOf } from './agent-task-tables.js';
import { Database } from './database.js';
import { deleteOldest } from './delete-oldest.js';

const ROWS_AT_ONCE = 200;

/** What agents are asked to do, in PostgreSQL. */
export class PostgresAgentTaskRecords extends AgentTaskRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override insert(tasks: readonly (NewAgentTask | NewStaticPodTask)[], atMs: number): Promise<number> {
    return this.database.transaction<AgentTaskTables, number>(async (transaction) => {
      let added = 0;
      for (let offset = 0; offset < tasks.length; offset += ROWS_AT_ONCE) {
        const result = await transaction
          .insertInto('agent_tasks')
          .values(tasks.slice(offset, offset + ROWS_AT_ONCE).map((task) => rowOf(task, atMs)))
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst();
        added += Number(result.numInsertedOrUpdatedRows ?? 0n);
      }
      return added;
    });
  }

  override async find(ids: readonly string[]): Promise<readonly AgentTask[]> {
    const rows = await this.#tables
      .selectFrom('agent_tasks')
      .select(TASK_COLUMNS)
      .where('id', '=', sql<string>`ANY(${ids})`)
      .execute();
    return rows.map((row) => taskOf(row));
  }

  override async reports(id: string): Promise<readonly AttemptedReport[]> {
    const rows = await this.#tables
      .selectFrom('agent_reports')
      .select(['attempt', 'items'])
      .where('task', '=', id)
      .orderBy('attempt')
      .orderBy('sequence')
      .execute();
    return rows.flatMap(({ attempt, items }) => items.map((item) => ({ ...item, attempt })));
  }

  override async cancel(id: string, atMs: number): Promise<boolean> {
    const { rows } = await sql`UPDATE agent_tasks SET cancel_requested = true,
        state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,
        finished_at = CASE state WHEN 'queued' THEN ${new Date(atMs)}::timestamptz END
      WHERE id = ${id} AND finished_at IS NULL RETURNING id`.execute(this.#tables);
    return rows.length === 1;
  }

  override async settle(nowMs: number): Promise<number> {
    const now = new Date(nowMs);
    const { rows } = await sql`UPDATE agent_tasks SET
        state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'expired' END,
        error = CASE WHEN cancel_requested THEN 'it was cancelled, and its agent did not come to say how far it was'
          WHEN attempt = 0 THEN 'no agent took it before its deadline' ELSE 'its agent did not end it before its deadline' END,
        finished_at = ${now}, lease_until = NULL
      WHERE finished_at IS NULL AND (cancel_requested OR deadline <= ${now}) AND (lease_until IS NULL OR lease_until <= ${now})
      RETURNING id`.execute(this.#tables);
    return rows.length;
  }

  override async running(nodes: readonly string[], nowMs: number): Promise<readonly AgentTask[]> {
    const rows = await this.#tables
      .selectFrom('agent_tasks')
      .select(TASK_COLUMNS)
      .where('node', '=', sql<string>`ANY(${nodes})`)
      .where('finished_at', 'is', null)
      .where('lease_until', '>', new Date(nowMs))
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => taskOf(row));
  }

  override async counts(): Promise<Readonly<Record<AgentTaskState, number>>> {
    const { rows } = await sql<{ state: AgentTaskState; count: string }>`
      SELECT state, count(*) AS count FROM agent_tasks GROUP BY state`.execute(this.#tables);
    const counted = new Map(rows.map(({ state, count }) => [state, Number(count)]));
    return Object.fromEntries(AGENT_TASK_STATES.map((state) => [state, counted.get(state) ?? 0])) as Record<
      AgentTaskState,
      number
    >;
  }

  override trim(finishedBeforeMs: number, limit: number): Promise<number> {
    return deleteOldest(this.#tables, {
      table: 'agent_tasks',
      key: 'id',
      at: 'finished_at',
      beforeMs: finishedBeforeMs,
      limit,
    });
  }

  get #tables() {
    return this.database.tables<AgentTaskTables>();
  }
}

function rowOf(task: NewAgentTask | NewStaticPodTask, atMs: number) {
  const payload = task.kind === 'remove' ? task.order : task.kind === 'static-pod' ? task.staticPod : undefined;
  return {
    id: task.id,
    node: task.node,
    kind: task.kind,
    payload: payload ? sql<never>`${JSON.stringify(payload)}::jsonb` : null,
    state: 'queued' as const,
    deadline: new Date(task.deadlineAtMs),
    created_at: new Date(atMs),
  };
}
