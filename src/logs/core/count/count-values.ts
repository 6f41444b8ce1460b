import type { LogRecord } from '../log-record.js';
import { valueOf } from './value-of.js';

export interface CountedValues {
  readonly key: string;
  /** Most lines first, equal ones by value. */
  readonly values: readonly { readonly value: string; readonly lines: number }[];
  /** Lines whose value is none of these. */
  readonly otherLines: number;
  /** Lines that lack it. */
  readonly absentLines: number;
}

/** How many of these records have which value. @param maxValues those with the most lines */
export function countValues(records: readonly LogRecord[], key: string, maxValues: number): CountedValues {
  const counts = new Map<string, number>();
  let absentLines = 0;
  for (const record of records) {
    const value = valueOf(record, key);
    if (value === undefined) absentLines += 1;
    else counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const counted = [...counts].map(([value, lines]) => ({ value, lines })).sort(byLines);
  const otherLines = counted.slice(maxValues).reduce((sum, { lines }) => sum + lines, 0);
  return { key, values: counted.slice(0, maxValues), otherLines, absentLines };
}

type ValueLines = CountedValues['values'][number];

function byLines(left: ValueLines, right: ValueLines): number {
  if (left.lines !== right.lines) return right.lines - left.lines;
  return left.value < right.value ? -1 : 1;
}
