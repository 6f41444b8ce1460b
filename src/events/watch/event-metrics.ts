import { Injectable } from '@nestjs/common';
import { OwnMetrics } from '../../platform/own-metrics.js';

/** What `/metrics` tells of the intake of events. */
@Injectable()
export class EventMetrics {
  readonly told;
  readonly rows;
  readonly unreadable;

  constructor(metrics: OwnMetrics) {
    this.told = metrics.counter('events_told_total', 'Events that the API server has told of, again and again.');
    this.rows = metrics.counter('event_rows_total', 'Rows of events that were added or changed.', ['change']);
    this.unreadable = metrics.counter('events_unreadable_total', 'Events that could not be read and were left out.');
  }
}
