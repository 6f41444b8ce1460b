import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import { Log } from '../../platform/log.js';
import type { PackedLines } from '../core/pack/packed-lines.js';
import { LogStoreBusyError, LogWriter } from '../store/log-store.port.js';
import { BulkReader } from './bulk-reader.js';
import { bulkAnswer, type ItemOutcome } from './core/bulk-answer.js';
import { IngestMetrics } from './ingest-metrics.js';
import { PodResolver } from './resolve-pod.js';

/** The answer, Elasticsearch's JSON, and when it is worth sending again what was not taken. */
export interface Ingested {
  readonly answer: Buffer;
  readonly retryAfterMs?: number;
}

/** Takes `_bulk` bodies: reads their documents as log lines and stores them. */
@Injectable()
export class LogIngest {
  private readonly pods: PodResolver;

  constructor(
    private readonly reader: BulkReader,
    private readonly writer: LogWriter,
    view: ClusterView,
    private readonly clock: Clock,
    private readonly metrics: IngestMetrics,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logIngestMaxItems'>,
  ) {
    this.pods = new PodResolver(view);
  }

  /**
   * What is answered as stored is durable.
   * @param body all of its memory; it is given away
   * @param index of the path
   * @throws ProblemError 413 when there are too many items, 503 when it could not be read; nothing of them is stored
   */
  async take(body: Buffer<ArrayBuffer>, caller: Pick<Caller, 'namespaces'>, index?: string): Promise<Ingested> {
    const startedMs = this.clock.now();
    const [bytes, lines] = [body.length, this.countLines(body)];
    const read = await this.reader.read({
      bytes: body,
      lines,
      ...(index !== undefined && { index }),
      ...(caller.namespaces && { namespaces: caller.namespaces }),
      observedNs: BigInt(startedMs) * 1_000_000n,
      ownId: randomUUID(),
    });
    const { outcomeOf, retryAfterMs } = await this.store(read.lines);
    const { text, counts } = bulkAnswer(read.items, outcomeOf, this.clock.now() - startedMs);
    this.metrics.count(counts, bytes);
    return { answer: text, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }

  private async store(lines: PackedLines): Promise<Stored> {
    if (lines.count === 0) return { outcomeOf: () => unavailable };
    try {
      const origins = lines.origins.map((origin) => this.pods.resolve(origin));
      const outcomes = await this.writer.append({ ...lines, origins });
      return { outcomeOf: (row) => outcomes[row] ?? unavailable };
    } catch (error) {
      if (error instanceof LogStoreBusyError) return { outcomeOf: () => busy, retryAfterMs: error.retryAfterMs };
      this.log.error('Could not store log lines', { lines: lines.count, error });
      return { outcomeOf: () => unavailable };
    }
  }

  /** Each item has a line of its own at least, most have two; the last one may lack its newline. */
  private countLines(body: Buffer): number {
    const { logIngestMaxItems } = this.config;
    let lines = 0;
    for (let at = body.indexOf(10); at >= 0 && lines <= logIngestMaxItems * 2; at = body.indexOf(10, at + 1))
      lines += 1;
    if (lines <= logIngestMaxItems * 2) return lines + 1;
    throw new ProblemError(
      'PAYLOAD_TOO_LARGE',
      `The body has more than ${logIngestMaxItems} documents (LOG_INGEST_MAX_ITEMS): let the shipper send smaller bulks.`,
      { limit: 'LOG_INGEST_MAX_ITEMS' },
    );
  }
}

interface Stored {
  readonly outcomeOf: (row: number) => ItemOutcome;
  readonly retryAfterMs?: number;
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
