/**
 * A line's place in the log of one container. Several lines may bear the same nanosecond, and equal lines are real: what tells them apart is how many
 * bore it before them, in the order of the file.
 */
export interface LogPosition {
  /** The runtime's stamp, nanoseconds since the epoch. */
  readonly timeNs: bigint;
  /** 0, 1, ... among the lines with this stamp. */
  readonly sequence: number;
}

/** One life of a container: after a restart it has another id and a higher count. */
export interface ContainerLife {
  readonly containerId: string;
  readonly restart: number;
}

/** How far a container's log is stored. */
export interface LogCheckpoint extends ContainerLife {
  /** Of the last line that is stored; absent when this life has none yet. */
  readonly position?: LogPosition;
  /** This life is over and all of its lines are stored. */
  readonly isEnded: boolean;
}

/** Why lines are missing for good: the file was rotated away, the API serves the life's log no more (or its kubelet cannot read it), or the pod was removed before the end was read. */
export type GapReason = 'rotated' | 'lives-gone' | 'removed';

/** Lines between these stamps, both exclusive, were not read and cannot be any more. An absent bound is unknown. */
export interface LogGap {
  readonly restart: number;
  readonly fromNs?: bigint;
  readonly toNs?: bigint;
  readonly reason: GapReason;
}
