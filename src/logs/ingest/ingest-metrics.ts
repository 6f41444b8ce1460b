import { Injectable } from '@nestjs/common';
import { OwnMetrics } from '../../platform/own-metrics.js';
import type { ItemResult } from './core/bulk-answer.js';

const RESULTS: readonly ItemResult[] = ['stored', 'known', 'refused', 'busy', 'failed'];

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

  count(counts: ReadonlyMap<ItemResult, number>, bytes: number): void {
    for (const [result, count] of counts) this.items.inc({ result }, count);
    this.bytes.inc(bytes);
  }
}
