import { describe, expect, it } from '@jest/globals';
import type { Cycle } from '../collect/cycle-records.port.js';
import { sumsOfCycle, toCoverage } from './to-coverage.js';

const missed = (node: string, cyclesMissed = 1) =>
  ({ node, reason: 'timeout', detail: 'no answer', cyclesMissed, lastMissedAtMs: 2000 }) as const;
const sums = { cycles: 2, newestCycleAtMs: 2000, oldestCycleAtMs: 1000, mostNodesExpected: 3, mostNodesPresent: 3 };

const cycle: Cycle = { cycleAtMs: 1000, resolutionMs: 1000, startedAtMs: 1000, nodesExpected: 2 };
const closed: Cycle = {
  ...cycle,
  completeness: { closedAtMs: 1500, nodesPresent: 1, missing: [{ node: 'b', reason: 'timeout', detail: 'no answer' }] },
};

describe('coverage', () => {
  it('counts as present who is there in every cycle', () => {
    expect(toCoverage({ ...sums, missing: [missed('b'), missed('c', 2)] }, true)).toEqual({
      cycles: 2,
      newestCycleAt: '1970-01-01T00:00:02.000Z',
      oldestCycleAt: '1970-01-01T00:00:01.000Z',
      nodesExpected: 3,
      nodesPresent: 1,
      missing: [
        {
          node: 'b',
          reason: 'timeout',
          detail: 'no answer',
          cyclesMissed: 1,
          lastMissedAt: '1970-01-01T00:00:02.000Z',
        },
        {
          node: 'c',
          reason: 'timeout',
          detail: 'no answer',
          cyclesMissed: 2,
          lastMissedAt: '1970-01-01T00:00:02.000Z',
        },
      ],
    });
  });

  it('is never below nothing, nor better than the best cycle', () => {
    const away = ['a', 'b', 'c', 'd'].map((node) => missed(node));
    expect(toCoverage({ ...sums, missing: away }, true).nodesPresent).toBe(0);
    expect(toCoverage({ ...sums, mostNodesPresent: 2, missing: [] }, true).nodesPresent).toBe(2);
  });

  it('names no node where none may be named', () => {
    const coverage = toCoverage({ ...sums, missing: [missed('secret')] }, false);
    expect(coverage).toMatchObject({ nodesExpected: 3, nodesPresent: 2 });
    expect(JSON.stringify(coverage)).not.toMatch(/secret|no answer/);
  });

  it('of one cycle says what that cycle says', () => {
    const [b] = closed.completeness?.missing ?? [];
    expect(sumsOfCycle(closed)).toEqual({
      cycles: 1,
      newestCycleAtMs: 1000,
      oldestCycleAtMs: 1000,
      mostNodesExpected: 2,
      mostNodesPresent: 1,
      missing: [{ ...b, cyclesMissed: 1, lastMissedAtMs: 1000 }],
    });
  });

  it('of a cycle that runs says nothing yet', () => {
    const nothing = { cycles: 0, mostNodesExpected: 0, mostNodesPresent: 0, missing: [] };
    expect(sumsOfCycle(cycle)).toEqual(nothing);
    expect(sumsOfCycle(undefined)).toEqual(nothing);
    expect(toCoverage(nothing, true)).toEqual({ cycles: 0, nodesExpected: 0, nodesPresent: 0, missing: [] });
  });
});
