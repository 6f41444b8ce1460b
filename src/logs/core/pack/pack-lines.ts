import type { LogRecord } from '../log-record.js';
import { LinePacker } from './line-packer.js';
import type { PackedLines } from './packed-lines.js';

/** Records by columns; what is packed already is given back. */
export function packLines(lines: readonly LogRecord[] | PackedLines): PackedLines {
  if ('count' in lines) return lines;
  const packer = new LinePacker(lines.length);
  for (const record of lines) packer.push(record);
  return packer.finish();
}
