import { Injectable } from '@nestjs/common';
import { OwnMetrics } from '../../platform/own-metrics.js';
import type { AnsweredItem, ItemOutcome } from './core/bulk-answer.js';

const RESULTS = ['stored', 'known', 'refused', 'busy', 'failed'] as const;
type Result = (typeof RESULTS)[number];

/** What shippers sent, in `/metrics`. */
@Injectable()
export class IngestMetrics {
  private readonly items;
  private readonly bytes;

  constructor(metrics: OwnMetrics) {
    this.items = metrics.counter('log_ingest_items_total', 'Items of bulk requests, by what became of them.', [
      'result',
    ]);
    this.bytes = metrics.counter('log_ingest_bytes_total', 'Bytes of bulk requests, unpacked.');
    for (const result of RESULTS) this.items.inc({ result }, 0);
  }

  count(items: readonly Pick<AnsweredItem, 'outcome'>[], bytes: number): void {
    const counts = new Map<Result, number>();
    for (const { outcome } of items) {
      const result = resultOf(outcome);
      counts.set(result, (counts.get(result) ?? 0) + 1);
    }
    for (const [result, count] of counts) this.items.inc({ result }, count);
    this.bytes.inc(bytes);
  }
}

function resultOf(outcome: ItemOutcome): Result {
  if (typeof outcome === 'string') return outcome;
  if (outcome.status === 429) return 'busy';
  return outcome.status >= 500 ? 'failed' : 'refused';
}
