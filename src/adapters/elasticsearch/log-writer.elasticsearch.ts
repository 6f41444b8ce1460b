import type { LogRecord } from '../../logs/core/log-record.js';
import type { PackedLines } from '../../logs/core/pack/packed-lines.js';
import { unpackLines } from '../../logs/core/pack/unpack-lines.js';
import { type AppendOutcome, LogStoreBusyError, LogWriter } from '../../logs/store/log-store.port.js';
import type { BufferReplay } from './buffer-replay.js';
import type { BulkLines } from './bulk-lines.js';
import { bytesOf, cutLines } from './cut-lines.js';
import { GroupedSends } from './grouped-sends.js';
import type { LineBuffer } from './line-buffer.js';
import { LineOrder } from './line-order.js';
import { outgoingLine, type OutgoingLine } from './outgoing-line.js';

/** Lines that wait in memory for an answer of Elasticsearch, bytes of their documents. */
const UNDERWAY_BYTES = 64 * 1024 * 1024;
const BUSY_MS = 1000;
/** What a line takes in the buffer besides its document, and what escaping adds: more than it can be. */
const BUFFERED_FACTOR = 1.5;
const BUFFERED_BYTES = 300;

/**
 * Writes lines to the data stream; those that it does not take go to the buffer, and are as durable there. While anything waits in the buffer, what comes
 * goes behind it.
 */
export class ElasticsearchLogWriter extends LogWriter {
  private readonly orders = new LineOrder();
  private readonly sends = new GroupedSends((lines) => this.send(lines));
  private underwayBytes = 0;

  constructor(
    private readonly bulk: BulkLines,
    private readonly buffer: LineBuffer,
    private readonly replay: BufferReplay,
    /** Told that lines have been stored. */
    private readonly onSent: () => void,
  ) {
    super();
  }

  override async append(records: readonly LogRecord[] | PackedLines): Promise<readonly AppendOutcome[]> {
    const lines = unpackLines(records).map((record) => outgoingLine(record, this.orders));
    if (lines.length === 0) return [];
    const bytes = bytesOf(lines);
    if (this.underwayBytes > 0 && this.underwayBytes + bytes > UNDERWAY_BYTES) {
      throw new LogStoreBusyError('Too much waits for Elasticsearch.', BUSY_MS);
    }
    const release = this.buffer.reserve(bytes * BUFFERED_FACTOR + lines.length * BUFFERED_BYTES);
    this.underwayBytes += bytes;
    try {
      return this.buffer.isEmpty ? await this.sends.add(lines) : await this.keep(lines);
    } finally {
      this.underwayBytes -= bytes;
      release();
    }
  }

  private async send(lines: readonly OutgoingLine[]): Promise<readonly AppendOutcome[]> {
    const { outcomes, failure } = await this.bulk.send(lines, false);
    this.onSent();
    const left = lines.filter((_, at) => outcomes[at] === undefined);
    if (left.length > 0) await this.keep(left, failure).catch(afterSending);
    return outcomes.map((outcome) => outcome ?? 'stored');
  }

  private async keep(lines: readonly OutgoingLine[], failure?: Error): Promise<readonly AppendOutcome[]> {
    for (const part of cutLines(lines)) await this.buffer.append(part);
    this.replay.wake(failure);
    return lines.map(() => 'stored');
  }
}

/** Some of the lines may stand already: to send them all again would double those. */
function afterSending(error: unknown): never {
  throw error instanceof LogStoreBusyError ? new Error('Not all lines could be kept', { cause: error }) : error;
}
