import { Injectable } from '@nestjs/common';
import type { MetricSinkList, MetricSinkState } from './metric-sinks.schema.js';
import { type KnownSink, SinkStates } from './sink-states.service.js';

/** Answers with the sinks: never an address, never a secret. */
@Injectable()
export class ListSinks {
  constructor(private readonly states: SinkStates) {}

  /** By name. */
  async list(): Promise<MetricSinkList> {
    return { items: (await this.states.all()).map(toAnswer) };
  }
}

function toAnswer({ sink, state, backlog, lagMs, judgement }: KnownSink): MetricSinkState {
  const { metrics, excludeMetrics, namespaces, labelSelector } = sink.filter;
  return {
    name: sink.name,
    type: sink.type,
    state: judgement.state,
    ...('because' in judgement ? { reason: judgement.because } : {}),
    filter: {
      metrics: [...metrics],
      excludeMetrics: [...excludeMetrics],
      namespaces: [...namespaces],
      ...(labelSelector === undefined ? {} : { labelSelector }),
    },
    ...(state ? { position: { closing: state.position, ...instant('cycleAt', state.lastCycleAtMs) } } : {}),
    lagMs,
    waitingCycles: backlog.cycles,
    writtenCycles: state?.writtenCycles ?? 0,
    writtenPoints: state?.writtenPoints ?? 0,
    refusedPoints: state?.refusedPoints ?? 0,
    droppedCycles: state?.droppedCycles ?? 0,
    failures: state?.failures ?? 0,
    ...instant('begunAt', state?.begunAtMs),
    ...instant('lastSuccessAt', state?.lastSuccessAtMs),
    ...instant('failingSince', state?.failingSinceMs),
    ...(state?.lastFailure === undefined ? {} : { lastFailure: state.lastFailure }),
  };
}

function instant<Key extends string>(key: Key, ms: number | undefined): { [K in Key]?: string } {
  return ms === undefined ? {} : ({ [key]: new Date(ms).toISOString() } as { [K in Key]?: string });
}
