import { Injectable } from '@nestjs/common';
import { OwnMetrics } from '../../platform/own-metrics.js';

/** What `/metrics` tells of this process's followers. */
@Injectable()
export class CollectMetrics {
  readonly lines;
  readonly bytes;
  readonly gaps;
  readonly reconnections;
  readonly containers;
  readonly lag;

  constructor(metrics: OwnMetrics) {
    this.lines = metrics.counter('log_followed_lines_total', 'Lines of followed containers that were stored.');
    this.bytes = metrics.counter('log_followed_bytes_total', 'Bytes of these lines.');
    this.gaps = metrics.counter(
      'log_follow_gaps_total',
      'Gaps: lines that the cluster had dropped before they were read.',
      ['reason'],
    );
    this.reconnections = metrics.counter('log_follow_reconnections_total', 'Log streams that were opened again.');
    this.containers = metrics.gauge('log_followed_containers', 'Containers whose logs are followed.', ['state']);
    this.lag = metrics.gauge(
      'log_follow_lag_seconds',
      'For how long the container that is furthest behind has been so.',
    );
  }
}
