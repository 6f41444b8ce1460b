import { LOG_LEVELS } from '../log-level.js';
import type { LogRecord } from '../log-record.js';
import type { PackedLines } from './packed-lines.js';
import { textAt } from './text-column.js';

/** The records that stand in columns; what is no columns is given back. */
export function unpackLines(lines: readonly LogRecord[] | PackedLines): readonly LogRecord[] {
  return 'count' in lines ? Array.from({ length: lines.count }, (_, row) => recordAt(lines, row)) : lines;
}

function recordAt(lines: PackedLines, row: number): LogRecord {
  const origin = lines.origins[lines.origin[row] ?? 0];
  if (!origin) throw new Error(`The origin of row ${row} is missing`);
  const level = LOG_LEVELS[(lines.level[row] ?? 0) - 1];
  const cutBytes = lines.cutBytes?.[row] ?? 0;
  const fields = lines.fields ? textAt(lines.fields, row) : '';
  const documentId = lines.documentId ? textAt(lines.documentId, row) : '';
  return {
    ...origin,
    timeNs: lines.timeNs[row] ?? 0n,
    observedNs: lines.observedNs[row] ?? 0n,
    message: textAt(lines.message, row),
    sequence: lines.sequence[row] ?? 0,
    ...(level && { level }),
    ...(cutBytes > 0 && { cutBytes }),
    ...(fields !== '' && { fields: JSON.parse(fields) as NonNullable<LogRecord['fields']> }),
    ...(documentId !== '' && { documentId }),
  };
}
