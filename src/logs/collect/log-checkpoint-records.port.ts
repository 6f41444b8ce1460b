import type { FollowState } from './core/follow-state.js';
import type { FollowedContainer, NotedGap } from './followed-container.js';

/** Which containers' records; every given part must match. */
export interface FollowedFilter {
  /** Absent: all. */
  readonly namespaces?: readonly string[];
  readonly pods?: readonly string[];
}

/** How far the logs of containers are stored, and what is missing of them. Rows are known by the pod's uid and the container's name. */
export abstract class LogCheckpointRecords {
  /** The containers of these pods, in no stated order. */
  abstract ofPods(podUids: readonly string[]): Promise<readonly FollowedContainer[]>;

  /**
   * Keeps how far these are, in one step; a container that is there twice keeps the last. Only what belongs to a shard that the worker holds at this moment is
   * kept: a worker that was away for longer than its lease changes nothing.
   * @param entries each with the shard of its pod
   * @returns the shards that the worker does not hold
   */
  abstract save(
    worker: string,
    entries: readonly { readonly shard: number; readonly container: FollowedContainer }[],
  ): Promise<readonly number[]>;

  /** Keeps gaps; one that is known by container, restart and start stays as it is. */
  abstract addGaps(gaps: readonly NotedGap[]): Promise<void>;

  /**
   * By namespace, pod, container and uid.
   * @param after the last one of the page before
   */
  abstract list(
    filter: FollowedFilter & { readonly states?: readonly FollowState[] },
    limit: number,
    after?: Pick<FollowedContainer, 'namespace' | 'pod' | 'container' | 'podUid'>,
  ): Promise<readonly FollowedContainer[]>;

  /** How many containers are in each state, and how many gaps are known. */
  abstract count(filter: FollowedFilter): Promise<FollowedCounts>;

  /** The newest gaps that may lie between these instants, ns since the epoch. */
  abstract gaps(
    filter: FollowedFilter & { readonly fromNs?: bigint; readonly toNs?: bigint },
    limit: number,
  ): Promise<readonly NotedGap[]>;

  /** Forgets containers that were not saved, and gaps that were noted, before these instants, at most so many of each. @returns how many went */
  abstract trim(savedBeforeMs: number, notedBeforeMs: number, limit: number): Promise<number>;
}

export interface FollowedCounts {
  readonly states: Readonly<Partial<Record<FollowState, number>>>;
  readonly gaps: number;
  readonly lines: number;
  readonly bytes: number;
  readonly reconnections: number;
}
