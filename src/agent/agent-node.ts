import type { Inventory } from '../agents/core/inventory.js';
import type { Machine } from '../agents/core/machine.js';
import type { ContainerRuntime } from './container-runtime.port.js';
import type { RemovalResult, RuntimeRemover } from './runtime-remover.port.js';

/** What an agent's loop needs of the node that it is on: a real one, or a simulated one. */
export interface AgentNode {
  readonly runtime: ContainerRuntime;
  readonly remover: RuntimeRemover;
  /** The node's clock, ms since the epoch. */
  readonly nowMs: () => number;
  readonly takeInventory: (node: string) => Promise<Inventory>;
  readonly readMachine: () => Promise<Machine>;
  /** Removes a log folder or a dead link, as an inventory names it; nothing outside of the logs' folders. */
  readonly removeLog: (path: string) => Promise<RemovalResult>;
  /** What is free where the runtime keeps images, in bytes. */
  readonly availableBytes: () => Promise<number>;
  /** Why nothing may be removed now (paused on the node, disks under pressure), as a sentence; undefined when it may. */
  readonly whyNotNow: () => Promise<string | undefined>;
}
