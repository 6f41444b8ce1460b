import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import { RunLease } from '../../platform/run-lease.js';
import { retryAtMs } from '../core/bound-backlog.js';
import { MetricWriter } from '../metric-store.port.js';
import { SampleSpool } from './sample-spool.port.js';
import { SpoolMetrics } from './spool-metrics.js';
import type { SpoolOptions } from './spooling-metric-writer.js';

export type Replayed = { readonly scopes: number } | { readonly skipped: string } | { readonly failed: string };

/** The store behind the spooling writer, and when it refuses for good. */
export interface SpoolTarget extends Pick<SpoolOptions, 'isRefusal'> {
  readonly store: MetricWriter;
}

/** Injection token of a `SpoolTarget`; undefined where the store is embedded and nothing ever waits. */
export const SPOOL_TARGET = Symbol('SPOOL_TARGET');

/**
 * Writes what waits to the metric store, the oldest cycle first. May be killed anywhere and run again: what was written and not removed is written again, which
 * replaces it. One run at a time, in whichever process.
 */
@Injectable()
export class ReplaySpool {
  private failuresInRow = 0;

  constructor(
    private readonly spool: SampleSpool,
    @Inject(SPOOL_TARGET) private readonly target: SpoolTarget | undefined,
    private readonly clock: Clock,
    private readonly metrics: SpoolMetrics,
    private readonly log: Log,
  ) {}

  /** @throws what the records throw, and the signal's reason; never for the store */
  async run(signal: AbortSignal): Promise<Replayed> {
    if (!this.target) return { skipped: 'the metric store is embedded' };
    if (await this.spool.isEmpty()) return { scopes: 0 };
    const lease = await this.takeLease();
    if (!lease) return { skipped: 'another run replays, or the store is given a pause' };
    let [scopes, pauseMs] = [0, 0];
    try {
      for (let batch = await this.spool.oldest(); batch; batch = await this.spool.oldest()) {
        signal.throwIfAborted();
        await this.write(batch.cycleAtMs, batch.scopes, this.target);
        scopes += batch.scopes.length;
        this.failuresInRow = 0;
        if (!(await lease.keep())) break;
      }
      return { scopes };
    } catch (error) {
      if (!(error instanceof StoreAwayError)) throw error;
      this.failuresInRow += 1;
      this.metrics.failures.inc();
      const nowMs = this.clock.now();
      pauseMs = retryAtMs(this.failuresInRow, nowMs) - nowMs;
      return { failed: 'the metric store does not take what waits' };
    } finally {
      await lease.end(pauseMs); // the lease is the pause: until it ends, nobody tries
    }
  }

  private async write(
    cycleAtMs: number,
    spooled: NonNullable<Awaited<ReturnType<SampleSpool['oldest']>>>['scopes'],
    { store, isRefusal }: SpoolTarget,
  ): Promise<void> {
    try {
      await store.append(
        cycleAtMs,
        spooled.map(({ scope }) => scope),
      );
      this.metrics.replayed.inc(spooled.length);
    } catch (error) {
      if (!isRefusal(error) && !(error instanceof TypeError)) throw new StoreAwayError('', { cause: error });
      this.metrics.dropped.inc();
      this.log.warn('The metric store refuses for good what waited for it', {
        cycleAtMs,
        scopes: spooled.length,
        error,
      });
    }
    await this.spool.remove(spooled.map(({ version }) => version));
  }

  private takeLease(): Promise<RunLease | undefined> {
    return RunLease.take({
      hold: (holder, forMs) => {
        const nowMs = this.clock.now();
        return this.spool.hold(holder, nowMs, nowMs + forMs);
      },
      onError: (error) =>
        this.log.warn('It cannot be noted that what waits for the metric store is replayed', { error }),
    });
  }
}

class StoreAwayError extends Error {
  override readonly name = 'StoreAwayError';
}
