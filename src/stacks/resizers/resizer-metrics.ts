import { Injectable } from '@nestjs/common';
import { OwnMetrics } from '../../platform/own-metrics.js';
import type { ResizeOutcome } from './resizer-records.port.js';

/** What `/metrics` tells of resizers. */
@Injectable()
export class ResizerMetrics {
  private readonly decisions;

  constructor(metrics: OwnMetrics) {
    this.decisions = metrics.counter(
      'resizer_decisions_total',
      'Evaluations of resizers by their outcome: kept, postponed, recommended, applied, failed.',
      ['outcome'],
    );
  }

  /** One evaluation is over. */
  decided(outcome: ResizeOutcome): void {
    this.decisions.inc({ outcome });
  }
}
