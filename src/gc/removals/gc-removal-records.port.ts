/** `absent`: it was gone already. `kept`: it was left since something had changed. `unknown`: it was begun, and nobody told of its end. */
export const GC_REMOVAL_RESULTS = ['removed', 'absent', 'kept', 'failed', 'unknown'] as const;
export type GcRemovalResult = (typeof GC_REMOVAL_RESULTS)[number];

/** What became of one item of a plan that a run came to. */
export interface GcRemoval {
  readonly run: string;
  readonly node: string;
  /** Its key in the plan, such as `image/sha256:...`. */
  readonly item: string;
  readonly result: GcRemovalResult;
  readonly kind: 'image' | 'container' | 'sandbox' | 'log';
  /** A tag or digest of an image, a container's name, a path. */
  readonly name: string;
  readonly policy: string;
  readonly startedBy: string;
  readonly atMs: number;
  /** The rule of the policy that made it a candidate. */
  readonly rule: string;
  /** Why it was planned. */
  readonly because: string;
  /** Why the result is what it is. */
  readonly resultBecause: string;
  /** As the runtime reported it. */
  readonly sizeBytes: number;
  /** What the plan expected to be freed. */
  readonly estimatedBytes: number;
  /** By the file system's count before and after. */
  readonly freedBytes?: number;
}

/** A removal in the records; `sequence` is its place among those of one instant. */
export type GcRemovalRow = GcRemoval & { readonly sequence: number };

/** Which removals; every given field must match. */
export interface GcRemovalFilter {
  readonly node?: string;
  readonly run?: string;
  readonly policy?: string;
  readonly result?: GcRemovalResult;
  /** Those whose name contains this, in any case of letters. */
  readonly search?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** The audit of what went. Contract: rows are added and never changed; what resolved is durable. Lists are newest first. */
export abstract class GcRemovalRecords {
  /** Adds rows; one of a run, node, item and result that are there already is left out. Tells how many are new. */
  abstract add(removals: readonly GcRemoval[]): Promise<number>;
  /** @param after the last row of the page before */
  abstract list(
    filter: GcRemovalFilter,
    limit: number,
    after?: { readonly atMs: number; readonly sequence: number },
  ): Promise<readonly GcRemovalRow[]>;
  /** Removes at most `limit` rows older than that; tells how many. */
  abstract trim(beforeMs: number, limit: number): Promise<number>;
}
