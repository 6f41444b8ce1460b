import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { JobContext } from '../../jobs/job-handler.js';
import { Clock } from '../../platform/clock.js';
import { ClusterUnreachableError } from '../objects/cluster-objects.errors.js';
import { LED_COMPONENTS, type LeaderLease, type LedComponent } from './core/control-plane-facts.js';
import { type Failover, followLease, type FollowedLease, leaseText } from './core/follow-lease.js';
import { ReadControlPlane } from './read-control-plane.service.js';

/** Twice as often as client-go looks by default (`retryPeriod` 2 s). */
const LOOK_EVERY_MS = 1_000;

/** What a watch saw. */
export interface WatchedLeases {
  readonly watchedFrom: string;
  readonly watchedUntil: string;
  /** The first change of leaders; absent when nobody else took a Lease. */
  readonly failover?: Omit<Failover, 'acquiredAtMs'> & { readonly acquiredAt: string };
  /** Who led last, by component. */
  readonly leaders: readonly string[];
  /** Looks at which the API server did not answer. */
  readonly missedLooks: number;
}

/**
 * Looks at the Leases until a leader has changed or the time is over. Spans are reckoned from the times in the Leases, so that only the last renewal can be missed, by one look. A second attempt watches for
 * the rest of the time; it cannot know a failover before it began.
 */
@Injectable()
export class WatchLeases {
  constructor(
    private readonly reading: ReadControlPlane,
    private readonly clock: Clock,
  ) {}

  /** @throws the signal's reason; Error when a Lease may not be read */
  async watch(untilMs: number, { signal, progress }: Pick<JobContext, 'signal' | 'progress'>): Promise<WatchedLeases> {
    const fromMs = this.clock.now();
    const followed = new Map<LedComponent, FollowedLease>();
    const texts = new Map<LedComponent, string>();
    let missedLooks = 0;
    let failover: Failover | undefined;
    let nowMs = fromMs;
    for (;;) {
      signal.throwIfAborted();
      try {
        for (const [component, lease] of await this.#leases()) {
          const seen = followLease(followed.get(component) ?? { held: undefined }, lease);
          followed.set(component, seen.followed);
          failover ??= seen.failover;
          texts.set(component, leaseText(component, lease, this.clock.now()));
        }
      } catch (error) {
        if (!(error instanceof ClusterUnreachableError)) throw error;
        missedLooks += 1; // an API server that goes away with its node is a part of what is watched
      }
      nowMs = this.clock.now();
      progress(
        Math.round((nowMs - fromMs) / 1000),
        Math.max(0, Math.round((untilMs - fromMs) / 1000)),
        [...texts.values()].join('; '),
      );
      if (failover || nowMs >= untilMs) break;
      await delay(Math.min(LOOK_EVERY_MS, untilMs - nowMs), undefined, { signal });
    }
    return {
      watchedFrom: new Date(fromMs).toISOString(),
      watchedUntil: new Date(nowMs).toISOString(),
      ...(failover ? { failover: shown(failover) } : {}),
      leaders: [...texts.values()],
      missedLooks,
    };
  }

  async #leases(): Promise<readonly (readonly [LedComponent, LeaderLease | undefined])[]> {
    const nodes = await this.reading.nodeNames();
    return Promise.all(
      LED_COMPONENTS.map(async (component) => {
        const lease = await this.reading.lease(component, nodes);
        if ('unknown' in lease) throw new Error(`The Lease kube-system/${component} cannot be read: ${lease.unknown}`);
        return [component, lease.value] as const;
      }),
    );
  }
}

function shown({ acquiredAtMs, ...failover }: Failover): NonNullable<WatchedLeases['failover']> {
  return { ...failover, acquiredAt: new Date(acquiredAtMs).toISOString() };
}
