import { Injectable } from '@nestjs/common';
import { OwnMetrics } from '../../platform/own-metrics.js';

/** What `/metrics` tells of the sinks, each under its name. */
@Injectable()
export class SinkMetrics {
  readonly points;
  readonly refused;
  readonly dropped;
  readonly failures;
  readonly counters;
  readonly lag;
  readonly backlog;
  readonly lastSuccess;

  constructor(metrics: OwnMetrics) {
    this.points = metrics.counter('metric_sink_written_points_total', 'Values that a sink has acknowledged.', ['sink']);
    this.refused = metrics.counter('metric_sink_refused_points_total', 'Values that a sink has refused for good.', [
      'sink',
    ]);
    this.dropped = metrics.counter('metric_sink_dropped_cycles_total', 'Cycles that were given up for a sink.', [
      'sink',
    ]);
    this.failures = metrics.counter('metric_sink_failures_total', 'Attempts that a sink did not take.', ['sink']);
    this.counters = [this.points, this.refused, this.dropped, this.failures];
    this.lag = metrics.gauge(
      'metric_sink_lag_seconds',
      'How long the oldest cycle that waits for a sink has been closed.',
      ['sink'],
    );
    this.backlog = metrics.gauge('metric_sink_backlog_cycles', 'Closed cycles that wait for a sink.', ['sink']);
    this.lastSuccess = metrics.gauge('metric_sink_last_success_timestamp_seconds', 'When a sink last took a cycle.', [
      'sink',
    ]);
  }
}
