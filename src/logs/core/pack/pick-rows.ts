import type { PackedLines } from './packed-lines.js';
import type { TextColumn } from './text-column.js';

/** Some of the rows, in the order of their numbers. */
export function pickRows(lines: PackedLines, rows: readonly number[]): PackedLines {
  const { timeNs, observedNs, sequence, level, cutBytes, message, fields, documentId, origin, origins } = lines;
  return {
    count: rows.length,
    timeNs: BigInt64Array.from(rows, (row) => timeNs[row] ?? 0n),
    observedNs: BigInt64Array.from(rows, (row) => observedNs[row] ?? 0n),
    sequence: Uint32Array.from(rows, (row) => sequence[row] ?? 0),
    level: Uint8Array.from(rows, (row) => level[row] ?? 0),
    message: pickTexts(message, rows),
    origin: Uint32Array.from(rows, (row) => origin[row] ?? 0),
    origins,
    ...(cutBytes && { cutBytes: Uint32Array.from(rows, (row) => cutBytes[row] ?? 0) }),
    ...(fields && { fields: pickTexts(fields, rows) }),
    ...(documentId && { documentId: pickTexts(documentId, rows) }),
  };
}

function pickTexts({ bytes, ends }: TextColumn, rows: readonly number[]): TextColumn {
  const picked = { bytes: new Uint8Array(bytes.length), ends: new Uint32Array(rows.length) };
  let end = 0;
  for (const [at, row] of rows.entries()) {
    const text = bytes.subarray(row === 0 ? 0 : ends[row - 1], ends[row]);
    picked.bytes.set(text, end);
    end += text.length;
    picked.ends[at] = end;
  }
  return { bytes: picked.bytes.subarray(0, end), ends: picked.ends };
}
