import type { StaticPodChange } from './core/static-pod.js';

/**
 * Changes of static pods, as the agents of their nodes told them last.
 *
 * Contract: what resolved is durable. What is told again is as if told once; a change that is over is never told to be pending again by a call that comes late.
 */
export abstract class StaticPodRecords {
  abstract tell(node: string, changes: readonly StaticPodChange[], atMs: number): Promise<void>;
  abstract find(node: string, changeId: string): Promise<StaticPodChange | undefined>;
  /** Removes at most `limit` that were told last before then, whatever their state; tells how many. */
  abstract trim(toldBeforeMs: number, limit: number): Promise<number>;
}
