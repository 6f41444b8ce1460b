import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Log } from '../../platform/log.js';
import { Readiness } from '../../platform/readiness.js';
import { RepeatedLook } from '../../platform/repeated-look.js';
import { CONFIGURED_SINKS, type ConfiguredSink } from './configured-sink.js';
import { SinkMetrics } from './sink-metrics.js';
import { SinkStates } from './sink-states.service.js';

const LOOK_EVERY_MS = 10_000;

/** Tells in `/readyz` (a part a sink) and `/metrics` how the sinks fare: no address, no secret, for `/readyz` is open to anyone. */
@Injectable()
export class SinkHealth implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly repeated = new RepeatedLook(() => this.look(), LOOK_EVERY_MS);

  constructor(
    @Inject(CONFIGURED_SINKS) private readonly sinks: readonly ConfiguredSink[],
    private readonly states: SinkStates,
    private readonly metrics: SinkMetrics,
    private readonly readiness: Readiness,
    private readonly log: Log,
  ) {
    for (const { name } of sinks) readiness.part(partOf(name));
  }

  onApplicationBootstrap(): void {
    if (this.sinks.length > 0) this.repeated.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.repeated.stop();
  }

  /** Looks once; never rejects. */
  async look(): Promise<void> {
    try {
      for (const { sink, state, backlog, lagMs, judgement } of await this.states.all()) {
        const labels = { sink: sink.name };
        this.metrics.lag.set(labels, lagMs / 1000);
        this.metrics.backlog.set(labels, backlog.cycles);
        if (state?.lastSuccessAtMs !== undefined) this.metrics.lastSuccess.set(labels, state.lastSuccessAtMs / 1000);
        this.readiness
          .part(partOf(sink.name))
          .set(judgement.state, 'because' in judgement ? judgement.because : undefined);
      }
    } catch (error) {
      this.log.warn('The states of the metric sinks cannot be read', { error });
      for (const { name } of this.sinks) this.readiness.part(partOf(name)).set('degraded', 'the records do not answer');
    }
  }
}

const partOf = (sink: string): string => `metric sink ${sink}`;
