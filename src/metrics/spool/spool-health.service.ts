import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { Readiness } from '../../platform/readiness.js';
import { RepeatedLook } from '../../platform/repeated-look.js';
import { SPOOL_TARGET, type SpoolTarget } from './replay-spool.service.js';
import { SampleSpool } from './sample-spool.port.js';
import { SpoolMetrics } from './spool-metrics.js';

const LOOK_EVERY_MS = 10_000;
const PART = 'metric spool';

/** Tells in `/readyz` and `/metrics` what waits for an external metric store. */
@Injectable()
export class SpoolHealth implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly repeated = new RepeatedLook(() => this.look(), LOOK_EVERY_MS);

  constructor(
    @Inject(SPOOL_TARGET) private readonly target: SpoolTarget | undefined,
    private readonly spool: SampleSpool,
    private readonly metrics: SpoolMetrics,
    private readonly readiness: Readiness,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (this.target) this.repeated.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.repeated.stop();
  }

  /** Looks once; never rejects. */
  async look(): Promise<void> {
    const part = this.readiness.part(PART);
    try {
      const { cycles, bytes, oldestCycleAtMs } = await this.spool.state();
      this.metrics.cycles.set(cycles);
      this.metrics.bytes.set(bytes);
      const nowMs = this.clock.now();
      const ageSeconds = Math.max(0, Math.round((nowMs - (oldestCycleAtMs ?? nowMs)) / 1000));
      this.metrics.lag.set(ageSeconds);
      if (oldestCycleAtMs === undefined) return part.set('up');
      part.set('degraded', `${cycles} cycles wait for the metric store, the oldest of ${ageSeconds} s ago`);
    } catch (error) {
      this.log.warn('What waits for the metric store cannot be read', { error });
      part.set('degraded', 'the records do not answer');
    }
  }
}
