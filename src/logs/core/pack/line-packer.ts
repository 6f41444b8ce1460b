import { LOG_LEVELS } from '../log-level.js';
import type { LogRecord } from '../log-record.js';
import { OriginNumbers } from './origin-numbers.js';
import type { PackedLines } from './packed-lines.js';
import { TextColumnWriter } from './text-column-writer.js';

const LEVEL_NUMBERS = new Map<string | undefined, number>(LOG_LEVELS.map((level, index) => [level, index + 1]));
const LAST_NS = 2n ** 63n - 1n;

/** Puts records into columns, one after another. */
export class LinePacker {
  private count = 0;
  private readonly timeNs;
  private readonly observedNs;
  private readonly sequence;
  private readonly level;
  private readonly origin;
  private readonly message;
  private cutBytes: Uint32Array<ArrayBuffer> | undefined;
  private fields: TextColumnWriter | undefined;
  private documentId: TextColumnWriter | undefined;

  /**
   * @param maxRows how many records come at most
   * @param numbers of origins: of these records, or of others too
   */
  constructor(
    private readonly maxRows: number,
    private readonly numbers: OriginNumbers = new OriginNumbers(),
  ) {
    this.timeNs = new BigInt64Array(maxRows);
    this.observedNs = new BigInt64Array(maxRows);
    this.sequence = new Uint32Array(maxRows);
    this.level = new Uint8Array(maxRows);
    this.origin = new Uint32Array(maxRows);
    this.message = new TextColumnWriter(maxRows);
  }

  /** @returns the record's row */
  push(record: LogRecord): number {
    const { maxRows } = this;
    const row = this.count;
    if (row >= maxRows) throw new RangeError(`More than ${maxRows} records came`);
    const { timeNs, observedNs, sequence, level, cutBytes, fields, documentId } = record;
    this.timeNs[row] = bounded(timeNs);
    this.observedNs[row] = bounded(observedNs);
    this.sequence[row] = sequence;
    if (level !== undefined) this.level[row] = LEVEL_NUMBERS.get(level) ?? 0;
    this.origin[row] = this.numbers.numberOf(record);
    this.message.push(record.message);
    if (cutBytes !== undefined) (this.cutBytes ??= new Uint32Array(maxRows))[row] = cutBytes;
    if (fields !== undefined) (this.fields ??= new TextColumnWriter(maxRows, row)).push(JSON.stringify(fields));
    else this.fields?.push('');
    if (documentId !== undefined) (this.documentId ??= new TextColumnWriter(maxRows, row)).push(documentId);
    else this.documentId?.push('');
    this.count += 1;
    return row;
  }

  /** The columns; nothing can be added afterwards. */
  finish(): PackedLines {
    const { count, timeNs, observedNs, sequence, level, cutBytes, origin } = this;
    return {
      count,
      timeNs,
      observedNs,
      sequence,
      level,
      origin,
      origins: this.numbers.origins,
      message: this.message.finish(),
      ...(cutBytes && { cutBytes }),
      ...(this.fields && { fields: this.fields.finish() }),
      ...(this.documentId && { documentId: this.documentId.finish() }),
    };
  }
}

function bounded(ns: bigint): bigint {
  return ns > LAST_NS ? LAST_NS : ns;
}
