/** What an agent may be asked, and what it may be allowed by `AGENT_ALLOW`: `inventory` allows `inventory` and `machine`, `gc` allows `remove`, `static-pods` allows `static-pod`. */
export type TaskKind = 'inventory' | 'machine' | 'remove' | 'static-pod';

/** What is to be removed, and what must still be so right before it is. */
export type RemovalTarget =
  | {
      readonly kind: 'image';
      readonly id: string;
      /** The tags that the plan knew; another set means that a tag moved since. */
      readonly repoTags: readonly string[];
      readonly sizeBytes: number;
    }
  | { readonly kind: 'container'; readonly id: string; readonly name: string; readonly sizeBytes?: number }
  | { readonly kind: 'sandbox'; readonly id: string }
  | { readonly kind: 'log'; readonly path: string; readonly sizeBytes: number };

/** One item of a removal: `key` names it in the plan, in reports and in the audit (`image/sha256:...`). */
export interface RemovalItem {
  readonly key: string;
  readonly target: RemovalTarget;
  /** Why the plan has it: the sentence and the rule. */
  readonly because: string;
}

/** The payload of a `remove` task: items in order, and the pace and bounds that the agent keeps by itself. */
export interface RemovalOrder {
  readonly items: readonly RemovalItem[];
  /** Images (by id, tag or pattern's result) that must not go whatever the items say: pause, protected by a rule. */
  readonly keepImages: readonly string[];
  /** Pace: at most so many images in any minute. */
  readonly imagesPerMinute: number;
  /** Stop when so much was freed, measured; absent: go through all items. */
  readonly stopAtFreedBytes?: number;
  /** Stop after so long, all attempts at the task together: a later one is told what is left since the task was made. */
  readonly deadlineMs: number;
  /** Items that an earlier attempt of this task told of. `removing`: it had begun and did not come to tell the end. */
  readonly earlier: readonly { readonly key: string; readonly state: 'removing' | ItemOutcome }[];
}

export type ItemOutcome = 'removed' | 'absent' | 'kept' | 'failed' | 'notReached';

/** What an agent tells of one item, in order; `removing` comes before the removal, the outcome after it. */
export interface ItemReport {
  readonly key: string;
  readonly state: 'removing' | ItemOutcome;
  /** Why it was kept, failed or not reached, in a sentence: `in use by shop/web-1 since the plan`. */
  readonly because: string;
  readonly atMs: number;
  /** By the kernel's count of the file system before and after, of `removed`. May be 0 where layers are shared, or settle later. */
  readonly freedBytes?: number;
}

/** How a removal ended as a whole. */
export interface RemovalSummary {
  readonly stoppedBecause?: string;
  readonly freedBytes: number;
  readonly availableBeforeBytes?: number;
  readonly availableAfterBytes?: number;
}
