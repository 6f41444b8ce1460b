import type { Generated, Selectable } from 'kysely';
import type { AgentTask, AgentTaskState } from '../../agents/agent-task.js';
import type { StaticPodOrder } from '../../agents/core/static-pod.js';
import type { ItemReport, RemovalOrder, RemovalSummary, TaskKind } from '../../agents/core/task.js';

export interface TaskRow {
  id: string;
  node: string;
  kind: TaskKind;
  /** Of a removal or a static pod: its order. */
  payload: Omit<RemovalOrder, 'earlier'> | StaticPodOrder | null;
  state: AgentTaskState;
  attempt: Generated<number>;
  holder: string | null;
  lease_until: Date | null;
  deadline: Date;
  cancel_requested: Generated<boolean>;
  created_at: Date;
  finished_at: Date | null;
  summary: RemovalSummary | null;
  error: string | null;
}
export interface ReportRow {
  task: string;
  attempt: number;
  sequence: number;
  items: readonly ItemReport[];
}
export interface FindingRow {
  node: string;
  kind: 'inventory' | 'machine';
  task: string;
  taken_at: Date;
  received_at: Date;
  body: Buffer;
}
/** The tables of agents' tasks. */
export interface AgentTaskTables {
  agent_tasks: TaskRow;
  agent_reports: ReportRow;
  agent_findings: FindingRow;
}

/** All of a task but what is to be removed, which may be long. */
export const TASK_COLUMNS = [
  'id',
  'node',
  'kind',
  'state',
  'attempt',
  'holder',
  'lease_until',
  'deadline',
  'cancel_requested',
  'created_at',
  'finished_at',
  'summary',
  'error',
] as const;

export function taskOf(row: Pick<Selectable<TaskRow>, (typeof TASK_COLUMNS)[number]>): AgentTask {
  return {
    id: row.id,
    node: row.node,
    kind: row.kind,
    state: row.state,
    attempt: row.attempt,
    ...(row.holder === null ? {} : { holder: row.holder }),
    ...(row.lease_until ? { leaseUntilMs: row.lease_until.getTime() } : {}),
    deadlineAtMs: row.deadline.getTime(),
    createdAtMs: row.created_at.getTime(),
    ...(row.finished_at ? { finishedAtMs: row.finished_at.getTime() } : {}),
    cancelRequested: row.cancel_requested,
    ...(row.summary ? { summary: row.summary } : {}),
    ...(row.error === null ? {} : { error: row.error }),
  };
}
