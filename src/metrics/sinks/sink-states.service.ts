import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { judgeSink, type SinkJudgement } from '../core/judge-sink.js';
import { CONFIGURED_SINKS, type ConfiguredSink } from './configured-sink.js';
import { type Backlog, SinkRecords, type SinkState } from './sink-records.port.js';

/** A sink with how it fares. */
export interface KnownSink {
  readonly sink: ConfiguredSink;
  /** Absent until it is begun. */
  readonly state?: SinkState;
  readonly backlog: Backlog;
  /** How long the oldest cycle that waits has been closed, ms; 0 when none waits. */
  readonly lagMs: number;
  readonly judgement: SinkJudgement | { readonly state: 'starting' };
}

/** Tells how every configured sink fares. */
@Injectable()
export class SinkStates {
  constructor(
    @Inject(CONFIGURED_SINKS) private readonly sinks: readonly ConfiguredSink[],
    private readonly records: SinkRecords,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metricResolutionMs'>,
  ) {}

  /** By name. */
  async all(): Promise<KnownSink[]> {
    const states = new Map(
      (await this.records.find(this.sinks.map(({ name }) => name))).map((state) => [state.name, state]),
    );
    const known = await Promise.all(this.sinks.map((sink) => this.look(sink, states.get(sink.name))));
    return known.sort((a, b) => (a.sink.name < b.sink.name ? -1 : 1));
  }

  private async look(sink: ConfiguredSink, state: SinkState | undefined): Promise<KnownSink> {
    if (!state) return { sink, backlog: { cycles: 0 }, lagMs: 0, judgement: { state: 'starting' } };
    const backlog = await this.records.backlog(state.position);
    const lagMs = backlog.oldest ? Math.max(0, this.clock.now() - backlog.oldest.closedAtMs) : 0;
    const judgement = judgeSink({
      resolutionMs: this.config.metricResolutionMs,
      waitingCycles: backlog.cycles,
      lagMs,
      ...(state.failuresInRow > 0 ? { failure: state.lastFailure ?? 'it failed' } : {}),
    });
    return { sink, state, backlog, lagMs, judgement };
  }
}
