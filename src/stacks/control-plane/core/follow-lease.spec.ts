import { describe, expect, it } from '@jest/globals';
import type { LeaderLease } from './control-plane-facts.js';
import { type Failover, type FollowedLease, followLease } from './follow-lease.js';

const seen = (holder: string, acquiredAtMs: number, renewedAtMs: number): LeaderLease => ({
  component: 'kube-scheduler',
  holder,
  acquiredAtMs,
  renewedAtMs,
  leaseDurationMs: 15_000,
  transitions: 0,
});

function follow(looks: readonly (LeaderLease | undefined)[]): Failover | undefined {
  let followed: FollowedLease = { held: undefined };
  let failover: Failover | undefined;
  for (const look of looks) {
    const next = followLease(followed, look);
    followed = next.followed;
    failover ??= next.failover;
  }
  return failover;
}

describe('a Lease that is followed', () => {
  it.each<[string, readonly (LeaderLease | undefined)[], Partial<Failover> | undefined]>([
    ['that stays with its holder changes nothing', [seen('a', 0, 1000), seen('a', 0, 3000)], undefined],
    [
      'whose holder died was held until it ran out',
      [seen('a', 0, 1000), seen('b', 18_000, 18_000)],
      { from: 'a', to: 'b', unheldMs: 2000, withoutLeaderMs: 17_000 },
    ],
    [
      'that was given back was free at once',
      [seen('a', 0, 1000), seen('', 0, 5000), seen('b', 6000, 6000)],
      { from: 'a', to: 'b', unheldMs: 1000, withoutLeaderMs: 5000 },
    ],
    ['that was first seen free tells no failover', [seen('', 0, 0), seen('b', 6000, 6000)], undefined],
    ['that is missed at a look is followed on', [seen('a', 0, 1000), undefined, seen('a', 0, 3000)], undefined],
    [
      'that was taken before it ran out was never free',
      [seen('a', 0, 1000), seen('b', 2000, 2000)],
      { from: 'a', to: 'b', unheldMs: 0, withoutLeaderMs: 1000 },
    ],
  ])('%s', (_, looks, expected) => {
    const failover = follow(looks);
    if (expected) expect(failover).toMatchObject(expected);
    else expect(failover).toBeUndefined();
  });
});
