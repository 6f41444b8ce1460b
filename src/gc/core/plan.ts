import type { RemovalItem } from '../../agents/core/task.js';

/** What a plan speaks of. */
export type PlannedKind = RemovalItem['target']['kind'];

/** One thing that goes. `key`, `target` and `because` are the agent's order; `because` is a finished sentence. */
export interface PlannedRemoval extends RemovalItem {
  /** For people: a tag, a container's `namespace/pod/container`, a path. */
  readonly name: string;
  /** The policy's rule by its name, or one of the program's own, which begin with `built-in/`: `built-in/disk-target`. */
  readonly rule: string;
  /** As the runtime reports it; 0 of what has no size. */
  readonly sizeBytes: number;
  /** What only this image holds, where the runtime tells. */
  readonly uniqueBytes?: number;
}

/** One thing that stays, and the first reason that was found for it. */
export interface KeptItem {
  readonly key: string;
  readonly kind: PlannedKind;
  readonly name: string;
  /** As in `PlannedRemoval`: the rule that keeps it, such as `built-in/in-use`. */
  readonly rule: string;
  readonly because: string;
  readonly sizeBytes: number;
}

/** Sums over a plan's items. */
export interface PlanSums {
  readonly images: number;
  readonly containers: number;
  readonly sandboxes: number;
  readonly logs: number;
  /** Of all that goes, as the runtime reports sizes: shared layers count once for each image. */
  readonly sizeBytes: number;
  /** What will be freed at least: unique bytes where the runtime tells them, else the size. */
  readonly estimatedBytes: number;
  readonly keptImages: number;
  readonly keptImageBytes: number;
}

/** The disk at the time of the plan, and what the targets ask for. */
export interface PlanDisk {
  readonly mountpoint: string;
  readonly capacityBytes: number;
  readonly availableBytes: number;
  /** Rounded up, as the kubelet does. */
  readonly usagePercent: number;
  /** The largest shortfall of the policy's targets; absent when no high mark is reached. */
  readonly amountToFreeBytes?: number;
}

/** What a run would do on one node. With `notActed` nothing goes and nothing was judged. */
export interface NodePlan {
  readonly node: string;
  /** The server's clock. */
  readonly madeAtMs: number;
  /** The node's clock. */
  readonly inventoryTakenAtMs: number;
  /** Why nothing may be removed here now, in a sentence. */
  readonly notActed?: string;
  /** In the order of removal: containers, sandboxes, logs, then images, least recently used first. */
  readonly remove: readonly PlannedRemoval[];
  /** Everything else that the node has, of the kinds that the policy speaks of. */
  readonly kept: readonly KeptItem[];
  readonly sums: PlanSums;
  readonly disk?: PlanDisk;
  /** Ids of images that must stay whatever happens, the least recently used first: for the agent's `keepImages`. */
  readonly keepImages: readonly string[];
  /** What a person should know, in sentences. */
  readonly warnings: readonly string[];
}
