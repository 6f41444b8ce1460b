import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { Log } from '../../platform/log.js';
import { RunLease } from '../../platform/run-lease.js';
import { boundBacklog, retryAtMs } from '../core/bound-backlog.js';
import { CONFIGURED_SINKS, type ConfiguredSink } from './configured-sink.js';
import { type Copied, CopyCycle } from './copy-cycle.js';
import { CycleSamples } from './cycle-samples.port.js';
import { SinkAwayError } from './metric-sink.port.js';
import { SinkMetrics } from './sink-metrics.js';
import { type ClosedCycle, SinkRecords, type SinkState } from './sink-records.port.js';

/** What a run brought a sink. */
export type SinkRun = { readonly written: number; readonly dropped: number } | Failed | { readonly skipped: string };

interface Failed {
  readonly failed: string;
  readonly retryAtMs: number;
}

/** Closings that are looked at together. */
const PAGE = 100;

/**
 * Brings a sink up to date: the closed cycles behind its position, in order, each written wholly before the position moves over it.
 *
 * May be killed anywhere and run again: what was written behind the position is written again, which replaces it. One run a sink at a time, in whichever process.
 */
@Injectable()
export class WriteSink {
  private readonly copies: ReadonlyMap<string, CopyCycle>;

  constructor(
    @Inject(CONFIGURED_SINKS) sinks: readonly ConfiguredSink[],
    private readonly records: SinkRecords,
    private readonly samples: CycleSamples,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly metrics: SinkMetrics,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metricRetentionRawMs' | 'metricSinkMaxBacklogBytes'>,
  ) {
    this.copies = new Map(sinks.map((sink) => [sink.name, new CopyCycle(samples, sink)]));
  }

  /** Notes where the new sinks begin: behind the newest closing. What is kept for sinks that are no longer named goes. */
  async begin(): Promise<void> {
    for (const name of this.copies.keys()) {
      await this.records.begin(name, this.clock.now());
      for (const counter of this.metrics.counters) counter.inc({ sink: name }, 0);
    }
    await this.forget();
  }

  /** @throws what the store and the records throw, and the signal's reason; never for the sink */
  async run(name: string, signal: AbortSignal): Promise<SinkRun> {
    const copy = this.copies.get(name);
    if (!copy) return { skipped: 'no such sink is configured' };
    const state = await this.records.begin(name, this.clock.now());
    const lease = await this.takeLease(name);
    if (!lease) return { skipped: 'another run is at work' };
    try {
      return await this.bringUpToDate(state, copy, signal);
    } finally {
      await lease.end();
      await this.forget();
    }
  }

  private takeLease(name: string): Promise<RunLease | undefined> {
    return RunLease.take({
      hold: (holder, forMs) => {
        const nowMs = this.clock.now();
        return this.records.hold(name, holder, nowMs, nowMs + forMs);
      },
      onError: (error) =>
        this.log.warn('It cannot be noted that a metric sink is being written to', { sink: name, error }),
    });
  }

  /** What every sink has passed need not be kept for them. */
  private async forget(): Promise<void> {
    const states = await this.records.find([...this.copies.keys()]);
    if (states.length < this.copies.size) return; // one has not begun yet
    const position = Math.min(Number.MAX_SAFE_INTEGER, ...states.map((state) => state.position));
    await this.samples.forget(position, this.clock.now() - this.config.metricRetentionRawMs);
  }

  private async bringUpToDate(state: SinkState, copy: CopyCycle, signal: AbortSignal): Promise<SinkRun> {
    const { name } = state;
    let { position, dropped } = await this.giveUpOldest(state);
    let written = 0;
    const again = retryTime(state);
    if (again !== undefined && again > this.clock.now()) return { failed: state.lastFailure ?? '', retryAtMs: again };
    for (;;) {
      const pending = await this.records.pending(position, PAGE);
      for (const cycle of pending) {
        const outcome = await this.writeOne(name, copy, cycle, signal);
        if ('failed' in outcome) return outcome;
        if (!(await this.moveOver(name, position, cycle, outcome)))
          return { skipped: 'another process moves this sink' };
        position = cycle.closing;
        if (outcome.isGone) dropped += 1;
        else written += 1;
      }
      if (pending.length < PAGE) return { written, dropped };
    }
  }

  private async writeOne(
    name: string,
    copy: CopyCycle,
    cycle: ClosedCycle,
    signal: AbortSignal,
  ): Promise<Failed | Copied> {
    try {
      return await copy.copy(cycle, signal);
    } catch (error) {
      if (!(error instanceof SinkAwayError)) throw error;
      const atMs = this.clock.now();
      await this.records.failed(name, error.message, atMs);
      this.metrics.failures.inc({ sink: name });
      const { failuresInRow = 1 } = (await this.records.find([name]))[0] ?? {};
      if (failuresInRow === 1)
        this.log.warn('A metric sink is away; what it lacks waits', {
          sink: name,
          because: error.message,
          error: error.cause,
        });
      return { failed: error.message, retryAtMs: retryAtMs(failuresInRow, atMs) };
    }
  }

  private async moveOver(
    name: string,
    from: number,
    cycle: ClosedCycle,
    { isGone, ...written }: Copied,
  ): Promise<boolean> {
    if (isGone) return this.drop(name, from, cycle.closing, 1, 'the store no longer has it');
    if (!(await this.records.written(name, from, cycle, written, this.clock.now()))) return false;
    this.metrics.points.inc({ sink: name }, written.points);
    if (written.refusedPoints > 0) {
      this.metrics.refused.inc({ sink: name }, written.refusedPoints);
      this.log.warn('A metric sink has refused points for good', {
        sink: name,
        points: written.refusedPoints,
        cycleAtMs: cycle.cycleAtMs,
      });
    }
    return true;
  }

  /** Keeps the backlog within its bounds, also while the sink is away. */
  private async giveUpOldest({ name, position }: SinkState): Promise<{ position: number; dropped: number }> {
    const { cycles, oldest, newest } = await this.records.backlog(position);
    if (!oldest || !newest) return { position, dropped: 0 };
    const keptFromMs = this.clock.now() - this.config.metricRetentionRawMs;
    const cycleBytes = cycles > 1 ? await this.samples.estimateBytes(newest.cycleAtMs) : 0;
    const { drop, because = '' } = boundBacklog(cycles, {
      maxBytes: this.config.metricSinkMaxBacklogBytes,
      cycleBytes,
    });
    if (drop === 0 && oldest.cycleAtMs >= keptFromMs) return { position, dropped: 0 };
    const pending = await this.records.pending(position, Math.max(drop, PAGE));
    const expired = pending.findIndex(({ cycleAtMs }) => cycleAtMs >= keptFromMs);
    const count = Math.max(drop, expired < 0 ? pending.length : expired);
    const last = pending[count - 1];
    if (!last) return { position, dropped: 0 };
    const reason = count > drop ? 'they are older than METRIC_RETENTION_RAW' : because;
    const isMoved = await this.drop(name, position, last.closing, count, reason);
    return isMoved ? { position: last.closing, dropped: count } : { position, dropped: 0 };
  }

  private async drop(name: string, from: number, to: number, cycles: number, because: string): Promise<boolean> {
    if (!(await this.records.dropped(name, from, to, cycles))) return false;
    this.metrics.dropped.inc({ sink: name }, cycles);
    this.log.warn('The oldest cycles that wait for a metric sink are given up', { sink: name, cycles, because });
    return true;
  }
}

function retryTime({ failuresInRow, lastFailureAtMs }: SinkState): number | undefined {
  return failuresInRow > 0 && lastFailureAtMs !== undefined ? retryAtMs(failuresInRow, lastFailureAtMs) : undefined;
}
