import type { Rollup } from '../../metrics/core/catalogue/metric.js';
import { RATE_LOOKBACK_MS } from '../../metrics/metric-store.port.js';
import { increaseSince } from './step-points.js';

/** What a tier's row, or a sample, of one object says of one metric. Which fields there are follows from the metric's `rollup`. */
export interface RolledRow {
  readonly atMs: number;
  /** How many samples it stands for. */
  readonly n: number;
  readonly min?: number;
  readonly max?: number;
  readonly sum?: number;
  readonly value?: number;
  /** Since the sample before; absent when there is none within `RATE_LOOKBACK_MS`. */
  readonly increase?: number;
}

/** The fields of a tier's rows by what the metric is. */
export const ROLLED_FIELDS: Readonly<Record<Rollup, readonly (keyof RolledRow)[]>> = {
  gauge: ['min', 'max', 'sum', 'n'],
  counter: ['value', 'increase', 'n'],
  constant: ['value', 'n'],
};

/** A sample as a row of its own width. @param before the sample before it */
export function rowOfSample(rollup: Rollup, atMs: number, value: number, before?: Sample): RolledRow {
  if (rollup === 'gauge') return { atMs, n: 1, min: value, max: value, sum: value };
  const isNear = before !== undefined && atMs - before.atMs <= RATE_LOOKBACK_MS;
  if (rollup === 'constant' || !isNear) return { atMs, n: 1, value };
  return { atMs, n: 1, value, increase: increaseSince(before.value, value) };
}

export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** Puts the next row into the row of its step, whose time stays. */
export function addRow(into: RolledRow, next: RolledRow): RolledRow {
  return {
    atMs: into.atMs,
    n: into.n + next.n,
    ...join(into, next, 'min', Math.min),
    ...join(into, next, 'max', Math.max),
    ...join(into, next, 'sum', add),
    ...join(into, next, 'increase', add),
    ...join(into, next, 'value', (_, last) => last),
  };
}

const add = (left: number, right: number): number => left + right;

/** The field of both; of the one that has it when the other does not. */
function join(
  into: RolledRow,
  next: RolledRow,
  field: keyof RolledRow,
  of: (left: number, right: number) => number,
): Partial<RolledRow> {
  const [left, right] = [into[field], next[field]];
  if (left === undefined && right === undefined) return {};
  return { [field]: left === undefined || right === undefined ? (left ?? right) : of(left, right) };
}
