/** A plan without its items. */
export interface GcPlanRecord {
  /** UUID. */
  readonly id: string;
  readonly policy: string;
  readonly policyVersion: number;
  /** The policy as it was when the plan was begun. */
  readonly policyBody: object;
  readonly madeBy: string;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
  /** Over policy and items, hexadecimal; absent while the plan is not complete. */
  readonly digest?: string;
}

/** What was decided for one node: JSON. */
export interface GcPlanNode<Document extends object = object> {
  readonly node: string;
  readonly document: Document;
}

/**
 * The plans.
 *
 * Contract: what resolved is durable. A plan is begun, given its nodes, each once, and completed; a complete plan is never changed. Nodes are ordered by name (code units).
 */
export abstract class GcPlanRecords {
  /** Does nothing where the plan was begun before. */
  abstract begin(plan: Omit<GcPlanRecord, 'digest'>): Promise<void>;
  /** Writes the documents of nodes; one that is there stays as it is, so that all who carry out a plan have the same. Does nothing, and tells false, when the plan is complete or gone. */
  abstract putNodes(id: string, nodes: readonly GcPlanNode[]): Promise<boolean>;
  abstract complete(id: string, digest: string): Promise<void>;
  abstract find(id: string): Promise<GcPlanRecord | undefined>;
  /** @param after the last node of the page before */
  abstract nodes(id: string, limit: number, after?: string): Promise<readonly GcPlanNode[]>;
  /** All of its nodes, without what was decided for them. */
  abstract nodeNames(id: string): Promise<readonly string[]>;
  abstract node(id: string, node: string): Promise<GcPlanNode | undefined>;
  /** Removes at most `limit` plans that were begun before then (by a schedule: before `scheduledBeforeMs`), but those of runs that are kept; tells how many. */
  abstract trim(madeBeforeMs: number, scheduledBeforeMs: number, limit: number): Promise<number>;
}
