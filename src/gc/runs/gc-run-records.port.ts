import type { CountedOutcome } from '../core/outcome-of-node.js';

/** What a run of a policy is, beside its row in the runs. */
export interface GcRunRecord {
  /** The run's id. */
  readonly run: string;
  readonly policy: string;
  readonly policyVersion: number;
  /** The policy as it was when the run began: it holds for the whole run. */
  readonly policyBody: object;
  /** The plan that is carried out: an approved one, or the run's own. */
  readonly plan: string;
  readonly isApproved: boolean;
  readonly isDryRun: boolean;
  readonly startedBy: string;
  readonly startedAtMs: number;
  /** Nodes that are not done by then have failed. */
  readonly deadlineMs: number;
}

/** `waiting`: tried again later, such as when its agent returns. The last five are final. */
export const GC_NODE_STATES = [
  'pending',
  'running',
  'waiting',
  'succeeded',
  'partial',
  'failed',
  'skipped',
  'cancelled',
] as const;
export type GcNodeState = (typeof GC_NODE_STATES)[number];
export type OpenNodeState = 'pending' | 'running' | 'waiting';
export type FinalNodeState = Exclude<GcNodeState, OpenNodeState>;

export interface GcRunNode {
  readonly node: string;
  readonly position: number;
  readonly state: GcNodeState;
  readonly because: string;
  /** How often it was taken; 0 at first. */
  readonly attempt: number;
  readonly outcome?: CountedOutcome;
  readonly changedAtMs: number;
}

/** A change to `running` takes the node: its attempt is counted. */
export interface GcNodeChange {
  /** Only where it stands there; absent: in any state that is not final. */
  readonly from?: OpenNodeState;
  readonly to: GcNodeState;
  readonly because: string;
  readonly outcome?: CountedOutcome;
  readonly atMs: number;
}

/** How many nodes of a run stand where. */
export type GcNodeCounts = Readonly<Record<GcNodeState, number>>;

/**
 * The runs of policies, node by node.
 *
 * Contract: what resolved is durable. A node whose state is final is never changed. Nodes are in the order in which they are taken.
 */
export abstract class GcRunRecords {
  /** Adds the run and its nodes (pending, in this order); does nothing where the run is there. */
  abstract insert(run: GcRunRecord, nodes: readonly string[]): Promise<void>;
  /** Those of these runs that are there, in no order. */
  abstract find(runs: readonly string[]): Promise<readonly GcRunRecord[]>;
  /** Changes a node; tells false, and does nothing, when its state is final or not `from`, or it is not there. */
  abstract changeNode(run: string, node: string, change: GcNodeChange): Promise<boolean>;
  abstract node(run: string, node: string): Promise<GcRunNode | undefined>;
  /** @param after the position of the last node of the page before */
  abstract nodes(run: string, limit: number, after?: number): Promise<readonly GcRunNode[]>;
  abstract counts(runs: readonly string[]): Promise<ReadonlyMap<string, GcNodeCounts>>;
  /** Nodes that are not in a final state, of one run or of all, those of the oldest runs first. */
  abstract open(limit: number, run?: string): Promise<readonly (GcRunNode & { readonly run: string })[]>;
  /**
   * Removes at most `limit` runs that began before then and whose row in the runs is gone, and of those that a schedule started before `idleBeforeMs` the
   * ones that succeeded on all nodes with nothing to remove; tells how many.
   */
  abstract trim(startedBeforeMs: number, idleBeforeMs: number, limit: number): Promise<number>;
}
