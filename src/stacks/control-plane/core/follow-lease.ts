import type { LeaderLease } from './control-plane-facts.js';
import { isHeld } from './read-lease.js';

/** A change of leaders, by the times in the Lease itself; milliseconds. */
export interface Failover {
  readonly component: LeaderLease['component'];
  /** Who held it before and after, as the Lease names them. */
  readonly from: string;
  readonly to: string;
  readonly fromNode?: string;
  readonly toNode?: string;
  readonly acquiredAtMs: number;
  /** From the end of the lost Lease, or from when it was given back, until it was taken. */
  readonly unheldMs: number;
  /** From the last renewal that was seen until it was taken: the longest time without a working leader. */
  readonly withoutLeaderMs: number;
}

/** What is remembered of a Lease between two looks. */
export interface FollowedLease {
  /** As it was last seen in somebody's hands. */
  readonly held: LeaderLease | undefined;
  /** When it was seen to be given back, by its own `renewTime`. */
  readonly releasedAtMs?: number;
}

/** One more look at a Lease. @returns what to remember, and the failover when its holder is another */
export function followLease(
  before: FollowedLease,
  now: LeaderLease | undefined,
): { readonly followed: FollowedLease; readonly failover?: Failover } {
  if (!now) return { followed: before };
  const { held } = before;
  if (now.holder === '')
    return { followed: { ...before, ...(now.renewedAtMs === undefined ? {} : { releasedAtMs: now.renewedAtMs }) } };
  if (!held || held.holder === now.holder) return { followed: { held: now } };
  const acquiredAtMs = now.acquiredAtMs ?? now.renewedAtMs ?? 0;
  const renewedAtMs = held.renewedAtMs ?? acquiredAtMs;
  const endedAtMs = before.releasedAtMs ?? renewedAtMs + held.leaseDurationMs;
  const failover: Failover = {
    component: now.component,
    from: held.holder,
    to: now.holder,
    ...(held.node === undefined ? {} : { fromNode: held.node }),
    ...(now.node === undefined ? {} : { toNode: now.node }),
    acquiredAtMs,
    unheldMs: Math.max(0, acquiredAtMs - endedAtMs),
    withoutLeaderMs: Math.max(0, acquiredAtMs - renewedAtMs),
  };
  return { followed: { held: now }, failover };
}

/** `kube-scheduler: node-1 leads`, for people. */
export function leaseText(component: string, lease: LeaderLease | undefined, nowMs: number): string {
  if (!lease) return `${component}: no Lease`;
  return `${component}: ${isHeld(lease, nowMs) ? `${lease.node ?? lease.holder} leads` : 'nobody leads'}`;
}
