import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Rollup } from '../../metrics/core/catalogue/metric.js';
import { RATE_LOOKBACK_MS } from '../../metrics/metric-store.port.js';
import { addRow, type RolledRow, rowOfSample } from './roll-rows.js';

describe('rolled-up rows', () => {
  it.each([
    [RATE_LOOKBACK_MS - 1, 5],
    [RATE_LOOKBACK_MS, 5],
    [RATE_LOOKBACK_MS + 1, undefined],
  ])('count an increase from a sample that lies %i ms before, or not', (gapMs, expected) => {
    expect(rowOfSample('counter', gapMs, 12, { atMs: 0, value: 7 }).increase).toBe(expected);
  });

  it('count from zero when a counter went back', () => {
    expect(rowOfSample('counter', 1, 3, { atMs: 0, value: 7 }).increase).toBe(3);
  });

  const rollups = fc.constantFrom<Rollup>('gauge', 'counter', 'constant');
  const join = (rows: readonly RolledRow[]): RolledRow | undefined =>
    rows.length === 0 ? undefined : rows.reduce((into, row) => addRow(into, row));

  it('are the same of samples at once and of rows of these, wherever they are cut', () => {
    fc.assert(
      fc.property(
        rollups,
        fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { minLength: 1, maxLength: 50 }),
        fc.array(fc.nat(50), { maxLength: 5 }),
        (rollup, values, cuts) => {
          const rows = values.map((value, index) => {
            const before = values[index - 1];
            return rowOfSample(
              rollup,
              index,
              value,
              before === undefined ? undefined : { atMs: index - 1, value: before },
            );
          });
          const bounds = [0, ...cuts.toSorted((a, b) => a - b), rows.length];
          const parts = bounds.flatMap((from, index) => join(rows.slice(from, bounds[index + 1])) ?? []);
          expect(join(parts)).toEqual(join(rows));
          expect(join(rows)?.n).toBe(values.length);
        },
      ),
    );
  });
});
