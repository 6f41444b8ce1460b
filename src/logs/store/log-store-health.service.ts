import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { OwnMetrics } from '../../platform/own-metrics.js';
import { Readiness, type ReadinessPart } from '../../platform/readiness.js';
import { RepeatedLook } from '../../platform/repeated-look.js';
import { LOG_STORE_STATE, type LogStoreState } from './log-store-state.js';
import { LogUpkeep } from './log-store.port.js';

const LOOK_EVERY_MS = 15_000;

/** Tells in `/readyz` and `/metrics` how the log store is. */
@Injectable()
export class LogStoreHealth implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly part: ReadinessPart;
  private readonly lines;
  private readonly bytes;
  private readonly age;
  private readonly waiting;
  private readonly repeated = new RepeatedLook(() => this.look(), LOOK_EVERY_MS);

  constructor(
    private readonly upkeep: LogUpkeep,
    @Inject(LOG_STORE_STATE) private readonly state: LogStoreState,
    private readonly clock: Clock,
    private readonly log: Log,
    readiness: Readiness,
    metrics: OwnMetrics,
  ) {
    this.part = readiness.part('log store');
    this.lines = metrics.gauge('log_store_lines', 'Log lines that are stored.');
    this.bytes = metrics.gauge('log_store_bytes', 'What the stored log lines take on the disk.');
    this.age = metrics.gauge('log_store_oldest_age_seconds', 'Age of the oldest log line that is stored.');
    this.waiting = metrics.gauge('log_store_waiting_lines', 'Log lines that wait for an engine that is away.');
  }

  onApplicationBootstrap(): void {
    this.repeated.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.repeated.stop();
  }

  /** Looks once; never rejects. */
  async look(): Promise<void> {
    try {
      const { lines, bytes, oldestNs, waiting = 0 } = await this.upkeep.stats();
      if (lines !== undefined) this.lines.set(lines);
      if (bytes !== undefined) this.bytes.set(bytes);
      if (oldestNs !== undefined) this.age.set((this.clock.now() - Number(oldestNs / 1_000_000n)) / 1000);
      this.waiting.set(waiting);
      const trouble = await this.state.trouble();
      this.part.set(trouble === undefined ? 'up' : 'degraded', trouble);
    } catch (error) {
      this.log.warn('The log store does not answer', { error });
      this.part.set('down', 'the log store does not answer');
    }
  }
}
