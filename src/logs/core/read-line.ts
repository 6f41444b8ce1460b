import type { LogLevel } from './log-level.js';
import type { LogRecord } from './log-record.js';
import { cutMessage } from './line/cut-message.js';
import { readStructure } from './line/read-structure.js';
import { visibleText } from './line/visible-text.js';

/** A line as a program wrote it. */
export interface RawLine {
  /** Without its newline. A reader that bounds lines keeps at least `MESSAGE_BYTES` of a longer one. */
  readonly text: string | Uint8Array;
  readonly timeNs: bigint;
  readonly stream?: 'stdout' | 'stderr';
  /** What is known besides what the text says, and counts more. */
  readonly level?: LogLevel;
  /** Bytes of the line that its reader left out at the end. */
  readonly cutBytes?: number;
}

/** Where a line comes from and its place there: what its reader knows besides the line itself. */
export type LineOrigin = Omit<LogRecord, 'timeNs' | 'stream' | 'message' | 'level' | 'fields' | 'cutBytes'>;

/**
 * Makes the record of a line. The level and the fields are found in the text (`read-structure.ts`); control characters stay as they are; bytes that are no
 * UTF-8 become visible; what is beyond `MESSAGE_BYTES` is cut, and a line that is cut is not looked at as structured.
 */
export function readLine(line: RawLine, origin: LineOrigin): LogRecord {
  const text = visibleText(line.text);
  const whole = cutMessage(text);
  const structure = readStructure(whole.message, line.level);
  const cutBytes = whole.cutBytes + (line.cutBytes ?? 0);
  const record: Mutable<LogRecord> = {
    ...origin,
    timeNs: line.timeNs,
    message: structure.message === text ? text : visibleText(structure.message),
  };
  // One object, not one for each of what may lack: this is done for every line.
  if (line.stream) record.stream = line.stream;
  if (structure.level) record.level = structure.level;
  if (structure.fields) record.fields = structure.fields;
  if (cutBytes > 0) record.cutBytes = cutBytes;
  return record;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
