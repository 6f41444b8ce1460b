import { Injectable } from '@nestjs/common';
import { OwnMetrics } from '../../platform/own-metrics.js';

/** What `/metrics` tells of samples that wait for the metric store. */
@Injectable()
export class SpoolMetrics {
  readonly bytes;
  readonly cycles;
  readonly lag;
  readonly replayed;
  readonly dropped;
  readonly failures;

  constructor(metrics: OwnMetrics) {
    this.bytes = metrics.gauge('metric_spool_bytes', 'What waits for the metric store, compressed.');
    this.cycles = metrics.gauge('metric_spool_cycles', 'Cycles of which something waits for the metric store.');
    this.lag = metrics.gauge(
      'metric_spool_lag_seconds',
      'How old the oldest cycle is that waits for the metric store; 0 when none waits.',
    );
    this.replayed = metrics.counter('metric_spool_replayed_scopes_total', 'Scopes that waited and were written.');
    this.dropped = metrics.counter(
      'metric_spool_dropped_cycles_total',
      'Cycles that were given up because too much waited.',
    );
    this.failures = metrics.counter('metric_spool_failures_total', 'Replays that the metric store did not take.');
  }
}
