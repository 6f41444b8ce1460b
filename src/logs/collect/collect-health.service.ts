import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Readiness } from '../../platform/readiness.js';
import { RepeatedLook } from '../../platform/repeated-look.js';
import { CollectMetrics } from './collect-metrics.js';
import { CollectorSet } from './collector-set.js';
import { FOLLOW_STATES } from './core/follow-state.js';
import type { FollowedContainer } from './followed-container.js';
import { LogFollowers } from './log-followers.service.js';

const LOOK_EVERY_MS = 5000;
/** So many may be behind before a word of it is said. */
const FEW = 3;
const FEW_SHARE = 0.1;

/** Tells in `/readyz` and `/metrics` how this worker's followers fare. */
@Injectable()
export class CollectHealth implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly repeated = new RepeatedLook(() => this.look(), LOOK_EVERY_MS);

  constructor(
    private readonly metrics: CollectMetrics,
    private readonly set: CollectorSet,
    private readonly followers: LogFollowers,
    private readonly readiness: Readiness,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.followers.isOn) this.repeated.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.repeated.stop();
  }

  /** Looks once; never rejects. */
  look(): Promise<void> {
    const nowMs = this.clock.now();
    const all = this.set.all().map((collector) => collector.snapshot(nowMs, undefined));
    for (const state of FOLLOW_STATES)
      this.metrics.containers.set({ state }, all.filter((container) => container.state === state).length);
    const sinceMs = Math.min(nowMs, ...all.map(({ behindSinceMs }) => behindSinceMs ?? nowMs));
    this.metrics.lag.set((nowMs - sinceMs) / 1000);
    this.tell(all);
    return Promise.resolve();
  }

  private tell(all: readonly FollowedContainer[]): void {
    const part = this.readiness.part('log collection');
    const late = all.filter(({ state }) => state === 'behind' || state === 'failed').length;
    const { trouble } = this.followers;
    if (trouble !== undefined) part.set('degraded', trouble);
    else if (late > Math.max(FEW, all.length * FEW_SHARE))
      part.set(
        'degraded',
        `${late} of ${all.length} containers are behind or refused; GET /api/v1/logs/health says why`,
      );
    else part.set('up');
  }
}
