import { EXACT_KEYS } from '../../logs/core/filter/log-filter.js';
import type { LogRecord } from '../../logs/core/log-record.js';
import type { Facet, HistogramCount } from '../../logs/store/log-store.port.js';

const FIELD = 'field.';

/** The name of the field that a key of a histogram or facet means; undefined where it means a part of the record. */
export function fieldNameOf(key: string): string | undefined {
  return key.startsWith(FIELD) ? key.slice(FIELD.length) : undefined;
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

/** Counts lines by the bucket of their time, and by value. */
export class BucketCounts {
  private readonly buckets = new Map<bigint, Map<string | undefined, number>>();
  private readonly values: ValueCounts | undefined;

  constructor(
    private readonly stepNs: bigint,
    by: string | undefined,
  ) {
    this.values = by === undefined ? undefined : new ValueCounts(by);
  }

  add(record: LogRecord): void {
    const { timeNs } = record;
    const fromNs = timeNs - (((timeNs % this.stepNs) + this.stepNs) % this.stepNs);
    const bucket = this.buckets.get(fromNs) ?? new Map<string | undefined, number>();
    this.buckets.set(fromNs, bucket);
    const value = this.values && valueOf(record, this.values.key);
    bucket.set(value, (bucket.get(value) ?? 0) + 1);
    this.values?.add(record);
  }

  /** The rest of each bucket is put together. */
  counts(maxValues: number): HistogramCount[] {
    const shown = new Set(this.values?.top(maxValues).map(({ value }) => value));
    return [...this.buckets].flatMap(([fromNs, bucket]) => {
      const rest = [...bucket].reduce((sum, [value, lines]) => (isShown(shown, value) ? sum : sum + lines), 0);
      const split = [...bucket].flatMap(([value, lines]) => (isShown(shown, value) ? { fromNs, value, lines } : []));
      return rest > 0 ? [...split, { fromNs, lines: rest }] : split;
    });
  }
}

function isShown(shown: ReadonlySet<string>, value: string | undefined): value is string {
  return value !== undefined && shown.has(value);
}

/** @throws RangeError when there is no such key */
function valueOf(record: LogRecord, key: string): string | undefined {
  const name = fieldNameOf(key);
  if (name !== undefined) {
    const { fields } = record;
    return fields && Object.hasOwn(fields, name) ? String(fields[name]) : undefined;
  }
  const part = EXACT_KEYS.find((one) => one === key);
  if (!part) throw new RangeError(`There is no ${key} to count by`);
  return record[part];
}
