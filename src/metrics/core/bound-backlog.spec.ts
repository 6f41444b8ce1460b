import { describe, expect, it } from '@jest/globals';
import { assert, nat, property } from 'fast-check';
import { boundBacklog, retryAtMs } from './bound-backlog.js';

describe('boundBacklog', () => {
  it.each([
    [9, 0],
    [10, 0],
    [11, 1],
    [40, 30],
  ])('of %i cycles of 100 bytes where 1,000 bytes may wait, gives up %i', (cycles, drop) => {
    expect(boundBacklog(cycles, { maxBytes: 1_000, cycleBytes: 100 }).drop).toBe(drop);
  });

  it('says why', () => {
    expect(boundBacklog(11, { maxBytes: 1_000, cycleBytes: 100 }).because).toBe(
      '11 cycles of about 100 bytes wait, and 1000 bytes may (METRIC_SINK_MAX_BACKLOG)',
    );
  });

  it('keeps one cycle however large, and all when their size is not known', () => {
    expect(boundBacklog(3, { maxBytes: 10, cycleBytes: 1_000 }).drop).toBe(2);
    expect(boundBacklog(3_000, { maxBytes: 10, cycleBytes: 0 }).drop).toBe(0);
  });

  it('keeps as much as may wait and no more', () => {
    assert(
      property(nat(50_000), nat(1e9), nat(1e7), (cycles, maxBytes, cycleBytes) => {
        const kept = cycles - boundBacklog(cycles, { maxBytes, cycleBytes }).drop;
        expect(kept).toBeGreaterThanOrEqual(Math.min(cycles, 1));
        if (kept > 1) expect(kept * cycleBytes).toBeLessThanOrEqual(maxBytes);
        if (kept < cycles) expect((kept + 1) * cycleBytes).toBeGreaterThan(maxBytes);
      }),
    );
  });
});

describe('retryAtMs', () => {
  it.each([
    [1, 5_000],
    [2, 10_000],
    [4, 40_000],
    [5, 60_000],
    [5_000, 60_000],
  ])('after %i failures waits %i ms', (failures, waitMs) => {
    expect(retryAtMs(failures, 1_000_000)).toBe(1_000_000 + waitMs);
  });
});
