import type { LogRecord } from '../log-record.js';
import type { TextColumn } from './text-column.js';

/** What many lines of one container share; the rest of a record is each line's own. */
export type PackedOrigin = Omit<
  LogRecord,
  'timeNs' | 'observedNs' | 'message' | 'level' | 'fields' | 'sequence' | 'cutBytes' | 'documentId'
>;

/**
 * Log records by columns: a few arrays however many lines there are, which cost the garbage collector nothing, can be given to another thread without a copy, and are what a store of columns
 * takes. Rows are numbered from 0; arrays may be longer than `count`.
 */
export interface PackedLines {
  readonly count: number;
  /** Nanoseconds since the epoch; later than 64 bits hold (year 2262) is as late as they do. */
  readonly timeNs: BigInt64Array<ArrayBuffer>;
  readonly observedNs: BigInt64Array<ArrayBuffer>;
  readonly sequence: Uint32Array<ArrayBuffer>;
  /** The level's place in `LOG_LEVELS` from 1 on; 0: none. */
  readonly level: Uint8Array<ArrayBuffer>;
  /** 0: nothing was cut off. Absent: of no line. */
  readonly cutBytes?: Uint32Array<ArrayBuffer>;
  readonly message: TextColumn;
  /** JSON; empty: none. Absent: no line has any. */
  readonly fields?: TextColumn;
  /** Empty: none. Absent: no line has one. */
  readonly documentId?: TextColumn;
  /** Of each row, its place in `origins`. */
  readonly origin: Uint32Array<ArrayBuffer>;
  readonly origins: readonly PackedOrigin[];
}

/** What lines take in memory: their texts, the numbers of each row, and roughly their origins. */
export function packedBytes({ count, message, fields, documentId, origins }: PackedLines): number {
  const texts = [message, fields, documentId].reduce((sum, column) => sum + (column?.bytes.length ?? 0), 0);
  return texts + count * ROW_BYTES + origins.length * ORIGIN_BYTES;
}

const ROW_BYTES = 40;
const ORIGIN_BYTES = 500;
