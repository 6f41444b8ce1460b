import type { StaticPodOrder } from './core/static-pod.js';
import type { ItemReport, RemovalOrder, RemovalSummary, TaskKind } from './core/task.js';

/** `queued`: nobody has it. `leased`: an agent works on it. The rest is final. */
export const AGENT_TASK_STATES = ['queued', 'leased', 'done', 'failed', 'cancelled', 'expired'] as const;
export type AgentTaskState = (typeof AGENT_TASK_STATES)[number];
export type FinalTaskState = Exclude<AgentTaskState, 'queued' | 'leased'>;

/** What is asked, by kind. An order without `earlier`: that is joined from the reports when an agent takes the task. */
export type TaskRequest =
  | { readonly kind: 'inventory' | 'machine' }
  | { readonly kind: 'remove'; readonly order: Omit<RemovalOrder, 'earlier'> };

interface TaskHead {
  /** Chosen by the caller (1 to 200 of letters, digits, `_.:-`): making it twice is once. */
  readonly id: string;
  readonly node: string;
  /** The instant after which nobody begins it and whoever works on it stops; ms since the epoch. */
  readonly deadlineAtMs: number;
}

/** A task to be made by any feature. */
export type NewAgentTask = TaskRequest & TaskHead;

/** A task to be made by `StaticPods` alone. */
export type NewStaticPodTask = TaskHead & { readonly kind: 'static-pod'; readonly staticPod: StaticPodOrder };

export interface AgentTask {
  readonly id: string;
  readonly node: string;
  readonly kind: TaskKind;
  readonly state: AgentTaskState;
  /** How often an agent took it. */
  readonly attempt: number;
  /** The instance of the agent that took it last. */
  readonly holder?: string;
  readonly leaseUntilMs?: number;
  readonly deadlineAtMs: number;
  readonly createdAtMs: number;
  readonly finishedAtMs?: number;
  /** Somebody wants it to stop; an agent that works on it is told with its next report. */
  readonly cancelRequested: boolean;
  /** Of a removal that has ended by its agent's word: how it went as a whole. */
  readonly summary?: RemovalSummary;
  /** Why it has not been done, as a sentence. */
  readonly error?: string;
}

/** What agents told of a removal's items, in the order in which it came: by attempt, then by the sequence of its reports. */
export type AttemptedReport = ItemReport & { readonly attempt: number };
