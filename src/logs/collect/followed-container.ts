import type { FollowState } from './core/follow-state.js';
import type { LogCheckpoint, LogGap } from './core/log-position.js';

/** A container by name and by its pod's uid. */
export interface ContainerKey {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
}

/** How far a container's log is stored, and how its follower fares. */
export interface FollowedContainer extends ContainerKey {
  readonly node?: string;
  /** Absent until its first life was seen. */
  readonly checkpoint?: LogCheckpoint;
  readonly state: FollowState;
  readonly reason?: string;
  /** Since when it is behind, ms since the epoch. */
  readonly behindSinceMs?: number;
  /** Stored since it was first seen. */
  readonly lines: number;
  readonly bytes: number;
  readonly gaps: number;
  /** How often a stream was opened again. */
  readonly reconnections: number;
  readonly updatedAtMs: number;
}

export interface NotedGap extends ContainerKey, LogGap {
  readonly notedAtMs: number;
}
