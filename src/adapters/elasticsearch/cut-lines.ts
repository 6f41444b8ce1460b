import type { OutgoingLine } from './outgoing-line.js';

/** The most of one bulk request; Elasticsearch advises 5 to 15 MB. */
export const GROUP_LINES = 5000;
export const GROUP_BYTES = 8 * 1024 * 1024;

/** Bytes of lines, near enough: characters of their documents. */
export function bytesOf(lines: readonly OutgoingLine[]): number {
  return lines.reduce((sum, { source }) => sum + source.length, 0);
}

/** Parts of at most so many lines and bytes; a line that is longer alone is a part. */
export function cutLines(lines: readonly OutgoingLine[]): OutgoingLine[][] {
  const parts: OutgoingLine[][] = [];
  let part: OutgoingLine[] = [];
  let bytes = 0;
  for (const line of lines) {
    if (part.length === GROUP_LINES || (part.length > 0 && bytes + line.source.length > GROUP_BYTES)) {
      parts.push(part);
      [part, bytes] = [[], 0];
    }
    part.push(line);
    bytes += line.source.length;
  }
  return part.length > 0 ? [...parts, part] : parts;
}
