import type { FollowState } from './follow-state.js';

/** How a follower and its lines stand; instants are ms since the epoch. */
export interface FollowerFacts {
  readonly phase: 'following' | 'waiting' | 'away' | 'ended' | 'failed';
  readonly reason?: string;
  /** Since when there is a log that cannot be read. */
  readonly awaySinceMs?: number;
  /** When the oldest line was read that is not stored. */
  readonly pendingSinceMs?: number;
  /** When the newest line was read, and when it had been written. */
  readonly newestLine?: { readonly readAtMs: number; readonly writtenAtMs: number };
  /** Why the store takes nothing. */
  readonly storeFailure?: string;
}

export interface FollowerJudgement {
  readonly state: FollowState;
  readonly reason?: string;
  readonly behindSinceMs?: number;
}

/** What takes no longer is no delay worth a word. */
export const BEHIND_AFTER_MS = 10_000;
/** Lines that come so soon after each other belong to one reading of what was written before. */
const STILL_COMING_MS = 2000;

/** The state of a follower as `/logs/health` tells it. */
export function judgeFollower(facts: FollowerFacts, nowMs: number): FollowerJudgement {
  const { phase, reason, storeFailure } = facts;
  const said = reason === undefined ? {} : { reason };
  if (isLong(facts.pendingSinceMs, nowMs))
    return { state: 'behind', reason: storeFailure ?? 'the store is slower', behindSinceMs: facts.pendingSinceMs };
  if (phase === 'away' && isLong(facts.awaySinceMs, nowMs))
    return { state: 'behind', ...said, behindSinceMs: facts.awaySinceMs };
  if (phase === 'away') return { state: 'following', ...said };
  const { newestLine } = facts;
  if (phase === 'following' && newestLine && nowMs - newestLine.readAtMs < STILL_COMING_MS) {
    if (newestLine.readAtMs - newestLine.writtenAtMs >= BEHIND_AFTER_MS)
      return { state: 'behind', reason: 'reads what was written before', behindSinceMs: newestLine.writtenAtMs };
  }
  if (phase === 'ended' && facts.pendingSinceMs !== undefined) return { state: 'following' };
  return { state: phase, ...said };
}

function isLong(sinceMs: number | undefined, nowMs: number): sinceMs is number {
  return sinceMs !== undefined && nowMs - sinceMs >= BEHIND_AFTER_MS;
}
