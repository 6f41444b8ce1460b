import type { AgentTask, AgentTaskState, AttemptedReport, NewAgentTask, NewStaticPodTask } from './agent-task.js';

/**
 * The tasks of agents, for those who ask for them.
 *
 * Contract: what resolved is durable. A task that is over is never changed.
 */
export abstract class AgentTaskRecords {
  /** Adds queued tasks; one whose id is there already is left as it is. Tells how many are new. */
  abstract insert(tasks: readonly (NewAgentTask | NewStaticPodTask)[], atMs: number): Promise<number>;
  /** Those of these tasks that are there, in no order. */
  abstract find(ids: readonly string[]): Promise<readonly AgentTask[]>;
  /** What was told of the items of a removal, in order. */
  abstract reports(id: string): Promise<readonly AttemptedReport[]>;
  /** A queued task is cancelled at once, a leased one when its agent says so or loses its lease. Tells false when the task is over or not there. */
  abstract cancel(id: string, atMs: number): Promise<boolean>;
  /** Ends what nobody will end: past its deadline (`expired`) or cancelled (`cancelled`), and in no live lease. Tells how many. */
  abstract settle(nowMs: number): Promise<number>;
  /** The tasks of these nodes that are leased at that time, the oldest first. */
  abstract running(nodes: readonly string[], nowMs: number): Promise<readonly AgentTask[]>;
  abstract counts(): Promise<Readonly<Record<AgentTaskState, number>>>;
  /** Removes at most `limit` tasks, with their reports, that were over before then; tells how many. */
  abstract trim(finishedBeforeMs: number, limit: number): Promise<number>;
}
