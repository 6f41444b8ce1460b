import type { FinalTaskState } from './agent-task.js';
import type { Finding } from './agent-finding.js';
import type { StaticPodOrder } from './core/static-pod.js';
import type { ItemReport, RemovalOrder, RemovalSummary, TaskKind } from './core/task.js';

/** A task that waits for an agent of its node. */
export interface AvailableTask {
  readonly id: string;
  readonly node: string;
  readonly kind: TaskKind;
}

/** A task as its agent gets it. */
export interface TakenTask {
  readonly id: string;
  readonly kind: TaskKind;
  /** 1 at first. Only reports of the newest attempt count. */
  readonly attempt: number;
  readonly createdAtMs: number;
  readonly deadlineAtMs: number;
  /** Of a removal, with what earlier attempts told. */
  readonly order?: RemovalOrder;
  /** Of a static pod. */
  readonly staticPod?: StaticPodOrder;
}

/** Which attempt at which task speaks. */
export interface Attempt {
  readonly task: string;
  readonly node: string;
  readonly attempt: number;
}

/** Why a report does not count: the task is not there (for this node); another attempt has it, or its lease has lapsed and the node has another removal running; it is over. */
export type ReportRefusal = 'unknown' | 'superseded' | 'over';

/** How an attempt ended. `queued` hands the task back. */
export interface TaskEnding {
  readonly to: Exclude<FinalTaskState, 'expired'> | 'queued';
  readonly error?: string;
  readonly summary?: RemovalSummary;
  /** What was found, of an inventory or a machine: it becomes the node's newest with the task's end. */
  readonly finding?: Pick<Finding, 'takenAtMs' | 'body'>;
}

/**
 * The tasks of agents, for those who carry them out.
 *
 * Contract: what resolved is durable. A node has at most one removal in a live lease. A take of a task whose lease has lapsed supersedes the attempt before; so does, of an
 * attempt at a removal, the live lease of another removal of the node, and its reports renew nothing meanwhile.
 * A report or an ending that comes again (same attempt, same sequence) answers as the first and changes nothing.
 */
export abstract class AgentWorkRecords {
  /** What agents of these nodes may take at that time, the oldest first. */
  abstract available(nodes: readonly string[], nowMs: number): Promise<readonly AvailableTask[]>;
  /** Begins an attempt; undefined when the task cannot be taken (any more), or the node has another removal running. */
  abstract take(
    task: Pick<Attempt, 'task' | 'node'>,
    instance: string,
    nowMs: number,
    leaseMs: number,
  ): Promise<TakenTask | undefined>;
  /**
   * Notes what an attempt tells of its items and renews its lease.
   * @param sequence counts the reports of an attempt that have items; absent with none
   */
  abstract report(
    attempt: Attempt,
    told: { readonly sequence?: number; readonly items: readonly ItemReport[] },
    nowMs: number,
    leaseMs: number,
  ): Promise<ReportRefusal | { readonly cancelRequested: boolean }>;
  abstract finish(attempt: Attempt, ending: TaskEnding, nowMs: number): Promise<ReportRefusal | 'noted'>;
}
