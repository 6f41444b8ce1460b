import { describe, expect, it } from '@jest/globals';
import { findMetric } from '../core/metric-catalogue.js';
import type { Aggregation, TierState } from '../metric-store.port.js';
import { planWholeSpan } from './plan-whole-span.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = 1000 * DAY + 90_000;
const TIERS: readonly TierState[] = [
  { name: 'raw', oldestMs: NOW - 3 * DAY },
  { name: '5m', resolutionMs: 5 * MINUTE, oldestMs: NOW - 30 * DAY },
  { name: '1h', resolutionMs: HOUR, oldestMs: NOW - 400 * DAY },
];
const metric = findMetric('cpu/usage_rate');

describe('one value for a span', () => {
  it.each<[string, number, Aggregation, string]>([
    ['an hour from raw rows: hours would be too wide', HOUR, 'avg', 'raw'],
    ['two hours from five minutes', 2 * HOUR, 'avg', '5m'],
    ['a day from hours', DAY, 'max', '1h'],
    ['a percentile of a day from raw rows', DAY, 'p95', 'raw'],
    ['a percentile of a week from five minutes', 7 * DAY, 'p95', '5m'],
    ['a year from hours', 365 * DAY, 'avg', '1h'],
  ])('is made of %s', (_, spanMs, aggregation, tier) => {
    if (!metric) throw new Error('no such metric');
    const span = { fromMs: NOW - spanMs, toMs: NOW };
    const plan = planWholeSpan({ ...span, tiers: TIERS, rawMs: MINUTE, metric, aggregation, objects: 1, maxRows: 1e9 });
    expect(plan.tier).toBe(tier);
    const unitMs = tier === 'raw' ? 1 : plan.resolutionMs;
    expect([plan.fromMs % unitMs, plan.toMs % unitMs]).toEqual([0, 0]);
    expect(plan.fromMs).toBeLessThanOrEqual(span.fromMs);
    expect(plan.toMs).toBeGreaterThanOrEqual(span.toMs);
    expect(plan.toMs - plan.fromMs).toBeLessThanOrEqual(spanMs * (1 + 2 / 24));
  });
});
