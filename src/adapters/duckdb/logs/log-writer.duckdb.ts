import type { DuckDBConnection } from '@duckdb/node-api';
import type { LogRecord } from '../../../logs/core/log-record.js';
import { packLines } from '../../../logs/core/pack/pack-lines.js';
import { packedBytes, type PackedLines } from '../../../logs/core/pack/packed-lines.js';
import { pickRows } from '../../../logs/core/pack/pick-rows.js';
import { textAt } from '../../../logs/core/pack/text-column.js';
import { type AppendOutcome, LogStoreBusyError, LogWriter } from '../../../logs/store/log-store.port.js';
import type { DiskProbe } from '../disk-probe.js';
import type { ArrivalBell } from './arrival-bell.js';
import { type Document, KnownDocuments } from './known-documents.js';
import { loadLogLayout, type LogDatabase } from './log-database.js';
import { linesTable } from './log-columns.js';
import type { ArrivalState } from './log-reader.duckdb.js';
import { OpenChunk } from './open-chunk.js';

export interface LogWriterOptions {
  /** What may wait to be written. A call that finds less than that waiting is taken, however large it is. */
  readonly maxWaitingBytes: number;
  /** A chunk of so many lines, or bytes of messages, is closed. */
  readonly chunkLines: number;
  readonly chunkBytes: number;
  /** Chunks that are full but not in segments yet. More: nothing is taken. */
  readonly maxFullChunks: number;
  readonly diskProbe: DiskProbe;
  /** Nothing is written when more than this share of the disk is used. */
  readonly diskLimitRatio: number;
}

interface Call {
  readonly lines: PackedLines;
  readonly bytes: number;
  readonly resolve: (outcomes: AppendOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

const BATCH_LINES = 5_000;
const BATCH_BYTES = 16_000_000;
const BUSY_RETRY_MS = 1_000;
const FULL_RETRY_MS = 30_000;
const PROBE_EVERY_MS = 2_000;

/**
 * Appends lines to the open chunk. Calls that wait are put together and written in one transaction: when they resolve, the write-ahead log is synced. What waits is
 * bounded, and so is the number of full chunks.
 */
export class DuckdbLogWriter extends LogWriter implements ArrivalState {
  /** Lines that were stored since the program started. */
  storedLines = 0;
  storeId = '';
  newestArrival = -1n;
  /** Called when a chunk is full, and when lines are refused because too many are. */
  onFull: () => void = () => undefined;
  private readonly documents = new KnownDocuments();
  private readonly waiting: Call[] = [];
  private waitingBytes = 0;
  private isWriting = false;
  private chunk: OpenChunk | undefined;
  private fullChunks = 0;
  private epoch = -1;
  private disk = { atMs: -Infinity, usedRatio: 0 };

  constructor(
    private readonly database: LogDatabase,
    private readonly options: LogWriterOptions,
    private readonly bell: ArrivalBell,
  ) {
    super();
  }

  /** Learns what the database has; before the first call, and again when it was opened anew. */
  async start(): Promise<void> {
    await this.database.write((connection) => this.learn(connection));
  }

  override async append(records: readonly LogRecord[] | PackedLines): Promise<readonly AppendOutcome[]> {
    const lines = packLines(records);
    if (lines.count === 0) return [];
    const bytes = packedBytes(lines);
    const refusal = (await this.refusal()) ?? this.pressure();
    if (refusal) throw refusal;
    this.waitingBytes += bytes;
    const outcomes = new Promise<AppendOutcome[]>((resolve, reject) =>
      this.waiting.push({ lines, bytes, resolve, reject }),
    );
    if (!this.isWriting) void this.writeAll();
    return outcomes;
  }

  /** Why nothing is written because of the disk; undefined when there is room. Looks every two seconds. */
  async refusal(): Promise<LogStoreBusyError | undefined> {
    const { diskProbe, diskLimitRatio } = this.options;
    const nowMs = performance.now();
    if (nowMs - this.disk.atMs > PROBE_EVERY_MS) {
      this.disk = { atMs: nowMs, usedRatio: this.disk.usedRatio };
      this.disk.usedRatio = await diskProbe(this.database.files.folder);
    }
    if (this.disk.usedRatio < diskLimitRatio) return undefined;
    const percent = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`;
    return new LogStoreBusyError(
      `The disk of the logs is ${percent(this.disk.usedRatio)} full, lines are taken up to ${percent(diskLimitRatio)}: free some space`,
      FULL_RETRY_MS,
    );
  }

  /** Within the database's turn of writing: ends the open chunk, so that it can be closed. @param openedBeforeMs only when it was opened before, ms since the epoch */
  async endChunk(openedBeforeMs: number): Promise<void> {
    await this.database.write(async () => {
      if (this.chunk && this.chunk.lines > 0 && this.chunk.openedAtMs <= openedBeforeMs) this.leaveChunk();
    });
  }

  /** Chunks that get no more lines, the oldest first. */
  async endedChunks(): Promise<number[]> {
    const { chunks } = await this.database.write((connection) => loadLogLayout(connection));
    return chunks.filter((chunk) => chunk !== this.chunk?.number);
  }

  chunkClosed(): void {
    this.fullChunks = Math.max(0, this.fullChunks - 1);
  }

  private pressure(): LogStoreBusyError | undefined {
    const { maxWaitingBytes, maxFullChunks } = this.options;
    if (this.fullChunks >= maxFullChunks) {
      this.onFull(); // they may be those that a killed process left
      return new LogStoreBusyError('Lines come faster than segments can be written', BUSY_RETRY_MS);
    }
    if (this.waitingBytes < maxWaitingBytes) return undefined;
    return new LogStoreBusyError('Lines come faster than they can be written', BUSY_RETRY_MS);
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    await Promise.resolve(); // calls of the same moment come together
    while (this.waiting.length > 0) await this.writeBatch(this.takeBatch());
    this.isWriting = false;
  }

  private takeBatch(): Call[] {
    let [lines, bytes, count] = [0, 0, 0];
    for (const call of this.waiting) {
      if (count > 0 && (lines + call.lines.count > BATCH_LINES || bytes + call.bytes > BATCH_BYTES)) break;
      lines += call.lines.count;
      bytes += call.bytes;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async writeBatch(calls: readonly Call[]): Promise<void> {
    try {
      const batches = calls.map(({ lines }) => lines);
      const outcomes = await this.database.write((connection) => this.writeLines(connection, batches));
      for (const [index, call] of calls.entries()) call.resolve(outcomes[index] ?? []);
      this.bell.ring();
    } catch (error) {
      this.epoch = -1; // what is remembered may say more than what is stored
      for (const call of calls) call.reject(error);
    } finally {
      this.waitingBytes -= calls.reduce((sum, { bytes }) => sum + bytes, 0);
    }
  }

  private async writeLines(connection: DuckDBConnection, batches: readonly PackedLines[]): Promise<AppendOutcome[][]> {
    if (this.epoch !== this.database.epoch) await this.learn(connection);
    await connection.run('BEGIN');
    const chunk = await this.chunkFor(connection);
    const isKnown = await this.knownRows(connection, batches);
    const stored = batches.map((batch, index) => newRows(batch, isKnown[index]));
    await chunk.append(connection, stored, this.newestArrival + 1n);
    await connection.run('COMMIT');
    const storedLines = stored.reduce((sum, { count }) => sum + count, 0);
    this.newestArrival += BigInt(storedLines);
    this.storedLines += storedLines;
    if (chunk.lines >= this.options.chunkLines || chunk.bytes >= this.options.chunkBytes) {
      this.leaveChunk();
      this.onFull();
    }
    return batches.map(({ count }, index) =>
      Array.from({ length: count }, (_, row) => (isKnown[index]?.[row] ? 'known' : 'stored')),
    );
  }

  /** Which rows of each batch were stored before, or stand twice; nothing of a batch whose lines have no ids. */
  private async knownRows(
    connection: DuckDBConnection,
    batches: readonly PackedLines[],
  ): Promise<(readonly boolean[] | undefined)[]> {
    if (batches.every(({ documentId }) => !documentId)) return [];
    const isKnown = await this.documents.know(connection, batches.flatMap(documentsOf));
    let start = 0;
    return batches.map(({ count }) => isKnown.slice(start, (start += count)));
  }

  private async chunkFor(connection: DuckDBConnection): Promise<OpenChunk> {
    if (this.chunk) return this.chunk;
    const { chunks } = await loadLogLayout(connection);
    const chunk = new OpenChunk((chunks.at(-1) ?? 0) + 1, Date.now());
    await chunk.create(connection);
    this.chunk = chunk;
    return chunk;
  }

  private leaveChunk(): void {
    this.chunk = undefined;
    this.fullChunks += 1;
  }

  private async learn(connection: DuckDBConnection): Promise<void> {
    this.chunk = undefined; // what it remembers of origins may not be there
    const { chunks } = await loadLogLayout(connection);
    this.fullChunks = chunks.length;
    const newest = ['SELECT next_arrival - 1 AS n FROM store', 'SELECT max(last_arrival) FROM segments'];
    newest.push(...chunks.map((chunk) => `SELECT max(arrival) FROM ${linesTable(chunk)}`));
    const result = await connection.runAndReadAll(
      `SELECT (SELECT id FROM store), max(n) FROM (${newest.join(' UNION ALL ')})`,
    );
    const [[storeId, arrival] = ['', -1n]] = result.getRowsJS() as [string, bigint][];
    this.storeId = storeId;
    this.newestArrival = arrival;
    await this.documents.load(connection);
    this.epoch = this.database.epoch;
  }
}

function documentsOf({ count, documentId, observedNs }: PackedLines): (Document | undefined)[] {
  return Array.from({ length: count }, (_, row) => {
    const id = documentId ? textAt(documentId, row) : '';
    return id === '' ? undefined : { documentId: id, observedNs: observedNs[row] ?? 0n };
  });
}

function newRows(lines: PackedLines, isKnown: readonly boolean[] = []): PackedLines {
  if (!isKnown.includes(true)) return lines;
  return pickRows(
    lines,
    isKnown.flatMap((known, row) => (known ? [] : [row])),
  );
}
