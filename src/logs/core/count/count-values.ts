import type { LogRecord } from '../log-record.js';
import { valueOf } from './value-of.js';

export interface Facet {
  readonly key: string;
  /** Most lines first, equal ones by value. */
  readonly values: readonly { readonly value: string; readonly lines: number }[];
  /** Lines whose value is none of these. */
  readonly otherLines: number;
  /** Lines that lack it. */
  readonly absentLines: number;
}

/** Counts lines by the values of a key. */
export class ValueCounts {
  readonly lines = new Map<string, number>();
  absentLines = 0;

  constructor(readonly key: string) {}

  add(record: LogRecord): void {
    const value = valueOf(record, this.key);
    if (value === undefined) this.absentLines += 1;
    else this.lines.set(value, (this.lines.get(value) ?? 0) + 1);
  }

  /** The values with the most lines; equal ones by value. */
  top(most: number): { readonly value: string; readonly lines: number }[] {
    const counted = [...this.lines].map(([value, lines]) => ({ value, lines }));
    return counted
      .sort((left, right) => right.lines - left.lines || (left.value < right.value ? -1 : 1))
      .slice(0, most);
  }

  facet(maxValues: number): Facet {
    const values = this.top(maxValues);
    const all = [...this.lines.values()].reduce((sum, lines) => sum + lines, 0);
    const otherLines = all - values.reduce((sum, { lines }) => sum + lines, 0);
    return { key: this.key, values, otherLines, absentLines: this.absentLines };
  }
}

/** How many of these records have which value. @param maxValues those with the most lines */
export function countValues(records: readonly LogRecord[], key: string, maxValues: number): Facet {
  const counts = new ValueCounts(key);
  for (const record of records) counts.add(record);
  return counts.facet(maxValues);
}
