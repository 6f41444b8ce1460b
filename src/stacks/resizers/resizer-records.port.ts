/** Kinds whose pods can be resized. */
export const TARGET_KINDS = ['Deployment', 'DaemonSet', 'StatefulSet'] as const;

/** What is resized. */
export interface ResizerTarget {
  readonly kind: (typeof TARGET_KINDS)[number];
  readonly namespace: string;
  readonly name: string;
}

/** A resizer as it is kept. Its body is what the caller gave, checked; it is parsed anew when it is read. */
export interface ResizerRecord {
  readonly name: string;
  /** Another one after each change, never used twice. */
  readonly version: number;
  readonly target: ResizerTarget;
  readonly body: object;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedBy: string;
  readonly updatedAtMs: number;
}

/** What somebody writes. */
export interface ResizerChange extends Pick<ResizerRecord, 'name' | 'target' | 'body'> {
  readonly by: string;
  readonly atMs: number;
}

/** What became of an evaluation. */
export const RESIZE_OUTCOMES = ['kept', 'postponed', 'recommended', 'applied', 'failed'] as const;
export type ResizeOutcome = (typeof RESIZE_OUTCOMES)[number];

export interface NewResizeDecision {
  readonly atMs: number;
  readonly outcome: ResizeOutcome;
  readonly because: string;
  /** What it was decided from, and amounts: JSON, shown to clients. */
  readonly details: object;
}

export interface ResizeDecisionRecord extends NewResizeDecision {
  /** Ascending in the order in which they were recorded. */
  readonly id: number;
}

/** More resizers than this are a mistake of somebody's script. */
export const MOST_RESIZERS = 1_000;

/** Of one resizer; older ones go. */
export const KEPT_DECISIONS = 200;

/** The resizers and what they have decided. Contract: what resolved is durable; lists are ordered by name (code units); a target has at most one resizer. */
export abstract class ResizerRecords {
  /** Resolves with what is taken, and changes nothing, when there is one of this name or for this target. */
  abstract insert(change: ResizerChange): Promise<ResizerRecord | 'name' | 'target'>;

  abstract find(name: string): Promise<ResizerRecord | undefined>;

  /** @param after name of the last one of the page before */
  abstract list(
    filter: { readonly namespaces?: readonly string[] },
    limit: number,
    after?: string,
  ): Promise<readonly ResizerRecord[]>;

  /** Replaces target and body, of the given version alone when one is given. Undefined when there is none of that name and version; `target` when that has another resizer. */
  abstract update(change: ResizerChange, version?: number): Promise<ResizerRecord | 'target' | undefined>;

  /** With its decisions, of the given version alone when one is given; tells whether there was one. */
  abstract remove(name: string, version?: number): Promise<boolean>;

  /**
   * Has a resizer for oneself until `untilMs`; of two that want it at once one gets it. Undefined when another one has it now, or when there is none (any more).
   * @param by a uuid of one's own; who has it already gets it again
   */
  abstract hold(name: string, by: string, nowMs: number, untilMs: number): Promise<ResizerRecord | undefined>;

  /** Gives a held resizer back and adds what was decided, where that is to be kept. Nothing happens when another one has it now. Keeps the newest `KEPT_DECISIONS`. */
  abstract release(name: string, by: string, decision: NewResizeDecision | undefined): Promise<void>;

  /** The newest first. @param before id of the last one of the page before */
  abstract decisions(name: string, limit: number, before?: number): Promise<readonly ResizeDecisionRecord[]>;
}
