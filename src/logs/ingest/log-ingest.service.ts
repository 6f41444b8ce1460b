import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import { FifoGate } from '../../platform/fifo-gate.js';
import { Log } from '../../platform/log.js';
import { KnownTails } from '../core/shippers/known-tails.js';
import { LogStoreBusyError, LogWriter } from '../store/log-store.port.js';
import { BulkRequest } from './bulk-request.js';
import { bulkAnswer, type BulkAnswer, type ItemOutcome } from './core/bulk-answer.js';
import type { PlacedRecord } from './core/join-documents.js';
import { IngestMetrics } from './ingest-metrics.js';

/** The answer, and when it is worth sending again what was not taken. */
export interface Ingested {
  readonly answer: BulkAnswer;
  readonly retryAfterMs?: number;
}

/** A record's `sequence` counts through this process's lines, in the order in which they came, and begins again after so many. */
const SEQUENCES = 2 ** 31;

/** Takes `_bulk` bodies: reads their documents as log lines and stores them. */
@Injectable()
export class LogIngest {
  private sequence = 0;
  private readonly tails = new KnownTails();
  /** One slice is read at a time: of many that are read by turns all records would live as long as the slowest, and be garbage that is dear to collect. */
  private readonly reading = new FifoGate(1);

  constructor(
    private readonly writer: LogWriter,
    private readonly view: ClusterView,
    private readonly clock: Clock,
    private readonly metrics: IngestMetrics,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logIngestMaxItems'>,
  ) {}

  /**
   * What is answered as stored is durable.
   * @param index of the path
   * @throws ProblemError 413 when there are too many items; nothing of them is stored
   */
  async take(body: Buffer, caller: Pick<Caller, 'namespaces'>, index?: string): Promise<Ingested> {
    const startedMs = this.clock.now();
    this.refuseTooMany(body);
    const request = new BulkRequest({
      ...(index !== undefined && { index }),
      ...(caller.namespaces && { namespaces: caller.namespaces }),
      observedNs: BigInt(startedMs) * 1_000_000n,
      nextSequence: () => (this.sequence = (this.sequence + 1) % SEQUENCES),
      view: this.view,
      tails: this.tails,
    });
    let retryAfterMs: number | undefined;
    const slices = request.slices(body);
    for (;;) {
      const { value: slice } = await this.reading.run(() => slices.next());
      if (!slice) break;
      if (retryAfterMs === undefined) retryAfterMs = await this.store(request, slice);
      else request.settle(slice, () => busy);
    }
    const items = request.answered();
    this.metrics.count(items, body.length);
    const answer = bulkAnswer(items, this.clock.now() - startedMs);
    return { answer, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }

  /** @returns when to try again, if the store is busy */
  private async store(request: BulkRequest, slice: readonly PlacedRecord[]): Promise<number | undefined> {
    try {
      const outcomes = await this.writer.append(slice.map(({ record }) => record));
      request.settle(slice, (index) => outcomes[index] ?? unavailable);
      return undefined;
    } catch (error) {
      if (error instanceof LogStoreBusyError) {
        request.settle(slice, () => busy);
        return error.retryAfterMs;
      }
      this.log.error('Could not store log lines', { lines: slice.length, error });
      request.settle(slice, () => unavailable);
      return undefined;
    }
  }

  /** Each item has a line of its own at least, most have two. */
  private refuseTooMany(body: Buffer): void {
    const { logIngestMaxItems } = this.config;
    let lines = 0;
    for (let at = body.indexOf(10); at >= 0 && lines <= logIngestMaxItems * 2; at = body.indexOf(10, at + 1))
      lines += 1;
    if (lines <= logIngestMaxItems * 2) return;
    throw new ProblemError(
      'PAYLOAD_TOO_LARGE',
      `The body has more than ${logIngestMaxItems} documents (LOG_INGEST_MAX_ITEMS): let the shipper send smaller bulks.`,
      { limit: 'LOG_INGEST_MAX_ITEMS' },
    );
  }
}

const busy: ItemOutcome = {
  status: 429,
  type: 'es_rejected_execution_exception',
  reason: 'the log store takes nothing now: send it again after Retry-After',
};

const unavailable: ItemOutcome = {
  status: 503,
  type: 'unavailable_shards_exception',
  reason: 'the log store failed: send it again',
};
