import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseQuantity } from '../../../core/quantity.js';
import { estimateByCount, estimateByUse } from './estimate.js';
import { formatAmount } from './format-amount.js';
import type { ManagedResource } from './resizer-spec.js';

const nanos = (text: string): bigint => parseQuantity(text).nanos;
const sized = (base: string, extra: string) => ({ baseNanos: nanos(base), extraNanos: nanos(extra) });
const linear = { type: 'linear', of: 'nodes', buckets: [] } as const;
const exponential = (minClusterSize: number) => ({ type: 'exponential', of: 'nodes', minClusterSize }) as const;

describe('what is estimated by a count', () => {
  it.each([
    ['keeps parts of a thousandth', linear, 'cpu', sized('0', '0.5m'), 3, '1500u'],
    ['heapster, linear', linear, 'cpu', sized('80m', '0.5m'), 10, '85m'],
    ['heapster, memory', linear, 'memory', sized('140Mi', '4Mi'), 10, '180Mi'],
    ['eventer', linear, 'memory', sized('190Mi', '500Ki'), 2, '195560Ki'],
    ['nothing to count', linear, 'memory', sized('140Mi', '4Mi'), 0, '140Mi'],
    ['heapster on 17 nodes is for 24', exponential(16), 'cpu', sized('80m', '0.5m'), 17, '92m'],
    ['metrics-server on 3 nodes is for 100', exponential(100), 'memory', sized('0', '2Mi'), 3, '200Mi'],
    ['metrics-server on 101 nodes is for 150', exponential(100), 'cpu', sized('0', '1m'), 101, '150m'],
  ] as const)('%s', (_, estimator, resource, sizing, n, expected) => {
    expect(formatAmount(resource, estimateByCount(estimator, sizing, n))).toBe(expected);
  });

  it.each([
    [0, 5],
    [5, 5],
    [6, 20],
    [20, 20],
    [21, 21],
  ])('takes %i for the bucket %i', (n, bucket) => {
    expect(estimateByCount({ ...linear, buckets: [5, 20] }, sized('0', '1'), n)).toBe(nanos(String(bucket)));
  });

  it('stays within its minimum and maximum, and grows with n', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
    fc.assert(
      fc.property(amount, amount, amount, amount, fc.nat(10_000), fc.nat(10_000), (base, extra, one, two, n, more) => {
        const [minNanos, maxNanos] = one < two ? [one, two] : [two, one];
        const sizing = { baseNanos: base, extraNanos: extra, minNanos, maxNanos };
        const found = estimateByCount(linear, sizing, n);
        expect(found >= minNanos && found <= maxNanos).toBe(true);
        expect(estimateByCount(linear, sizing, n + more) >= found).toBe(true);
      }),
    );
  });
});

describe('what is estimated by use', () => {
  it.each([
    ['100m', 15, '115m'],
    ['1n', 15, '2n'],
    ['0', 15, '0'],
    ['10Mi', 0, '10485760'],
  ])('%s and %i %% more are %s', (use, headroom, expected) => {
    expect(formatAmount('cpu', estimateByUse(headroom, sized('0', '0'), nanos(use)))).toBe(expected);
  });
});

describe('an amount as text', () => {
  it('is read back as it was', () => {
    const resource = fc.constantFrom<ManagedResource>('cpu', 'memory', 'ephemeral-storage');
    fc.assert(
      fc.property(resource, fc.bigInt({ min: 0n, max: 2n ** 80n }), (name, amount) => {
        expect(nanos(formatAmount(name, amount))).toBe(amount);
      }),
    );
  });
});
