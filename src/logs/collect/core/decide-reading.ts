import type { ContainerRun } from '../../../cluster/core/cluster-objects.js';
import type { ContainerLife, LogCheckpoint, LogPosition } from './log-position.js';

/** Which log to read next. */
export type Reading =
  | { readonly kind: 'wait'; readonly because: string }
  | { readonly kind: 'done'; readonly because: string }
  | {
      readonly kind: 'read';
      readonly life: ContainerLife;
      /** Ask for `previous`: the life before the newest. */
      readonly isPrevious: boolean;
      /** It will write no more: the log's end is the life's. */
      readonly isOver: boolean;
      /** Absent: from the start. */
      readonly from?: LogPosition;
      /** Lives between the checkpoint's and this one that the API serves no more, or the checkpoint's own rest. */
      readonly lostSince?: LogCheckpoint;
      readonly because: string;
    };

/**
 * Decides what to read of a container, from where it stands and how far its log is stored. The API serves the newest life, running or ended, and with
 * `previous` the last one that ended, which is the same while a container waits for its restart (Kubernetes 1.34, pkg/kubelet, validateContainerLogStatus).
 * Lives before the first one that we see are no loss: they were over before we came.
 */
export function decideReading(container: ContainerRun, checkpoint: LogCheckpoint | undefined): Reading {
  const { containerId, endedContainerId, restartCount, state } = container;
  if (containerId === undefined) return { kind: 'wait', because: container.reason ?? 'not made yet' };
  const newest = { containerId, restart: restartCount };
  const isBetweenLives = endedContainerId === containerId;
  if (endedContainerId !== undefined && !isBetweenLives) {
    const previous = { containerId: endedContainerId, restart: Math.max(0, restartCount - 1) };
    const isStored = checkpoint?.containerId === containerId || (isAt(checkpoint, previous) && checkpoint?.isEnded);
    if (!isStored) return read(previous, checkpoint, { isPrevious: true, isOver: true });
  }
  const isOver = state === 'terminated' || isBetweenLives;
  // Between lives the newest is asked for as the previous one: the next may begin at any moment.
  if (!isAt(checkpoint, newest) || !checkpoint?.isEnded)
    return read(newest, checkpoint, { isPrevious: isBetweenLives, isOver });
  return isBetweenLives
    ? { kind: 'wait', because: container.reason ?? 'waits for its restart' }
    : { kind: 'done', because: 'ended' };
}

function read(
  life: ContainerLife,
  checkpoint: LogCheckpoint | undefined,
  how: { readonly isPrevious: boolean; readonly isOver: boolean },
): Reading {
  const because = how.isPrevious ? 'a life that is over has lines that are not stored' : 'its newest life';
  if (checkpoint && isAt(checkpoint, life)) {
    const { position } = checkpoint;
    return { kind: 'read', life, ...how, ...(position ? { from: position } : {}), because };
  }
  const isLossless = checkpoint === undefined || (checkpoint.isEnded && checkpoint.restart >= life.restart - 1);
  return { kind: 'read', life, ...how, ...(isLossless ? {} : { lostSince: checkpoint }), because };
}

function isAt(checkpoint: LogCheckpoint | undefined, life: ContainerLife): boolean {
  return checkpoint?.containerId === life.containerId;
}
