import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { percentile } from './percentile.js';
import { resolveMetric } from './resolve-metric.js';
import { unitOfPoints } from './unit-of-points.js';
import { isTimeZone } from './zone-pieces.js';

describe("a metric's name", () => {
  it.each([
    ['cpu/usage_rate', 'cpu/usage_rate', undefined],
    ['cpu-usage', 'cpu/usage_rate', undefined],
    ['cpu/request', 'cpu/request', undefined],
    ['nvidia.com/gpu/request', 'extended/request', 'Extended:nvidia.com/gpu'],
    ['example.com/a-b_c.d/request', 'extended/request', 'Extended:example.com/a-b_c.d'],
    ['gpu/request', undefined, undefined],
    ['nvidia.com/gpu/limit', undefined, undefined],
    ['/gpu/request', undefined, undefined],
  ])('%s is %s of %s', (name, metric, resource) => {
    const found = resolveMetric(name);
    expect([found?.metric.name, found?.resource]).toEqual([metric, resource]);
  });
});

describe('the unit of points', () => {
  it.each([
    ['bytes', 'avg', undefined, 'bytes'],
    ['bytes', 'rate', undefined, 'bytes/s'],
    ['bytes', 'increase', undefined, 'bytes'],
    ['count', 'rate', 'sum', '1/s'],
    ['bytes', 'count', undefined, 'count'],
    ['bytes', 'avg', 'count', 'count'],
  ] as const)('of %s by %s and %s is %s', (unit, aggregation, across, expected) => {
    expect(unitOfPoints({ unit }, aggregation, across)).toBe(expected);
  });
});

describe('a percentile', () => {
  it.each([
    [[1, 2, 3, 4], 0.5, 2.5],
    [[4, 1, 3, 2], 0.95, 3.85],
    [[7], 0.95, 7],
    [[], 0.5, undefined],
  ])('of %j at %d is %p', (values, share, expected) => {
    const found = percentile(values, share);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 12);
  });

  it('lies between the smallest and the greatest', () => {
    const values = fc.array(fc.integer(), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
        const found = percentile(some, share);
        expect(found).toBeGreaterThanOrEqual(Math.min(...some));
        expect(found).toBeLessThanOrEqual(Math.max(...some));
      }),
    );
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['', false],
  ])('%s: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });
});
