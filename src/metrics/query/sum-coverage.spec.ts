import { describe, expect, it } from '@jest/globals';
import type { Cycle } from '../collect/cycle-records.port.js';
import { sumCoverage } from './sum-coverage.js';

const cycle = (cycleAtMs: number, nodesExpected: number, away: readonly string[] = []): Cycle => ({
  cycleAtMs,
  resolutionMs: 1000,
  startedAtMs: cycleAtMs,
  nodesExpected,
  completeness: {
    closedAtMs: cycleAtMs,
    nodesPresent: nodesExpected - away.length,
    missing: away.map((node) => ({ node, reason: 'timeout', detail: `in ${cycleAtMs}` })),
  },
});
const running: Cycle = { cycleAtMs: 9000, resolutionMs: 1000, startedAtMs: 9000, nodesExpected: 5 };

describe('the coverage of several cycles', () => {
  it('counts as present who is there in every one', () => {
    const { nodesExpected, nodesPresent, missing } = sumCoverage(
      [cycle(3000, 3, ['c']), cycle(2000, 3, ['b']), cycle(1000, 3)],
      true,
    );
    expect({ nodesExpected, nodesPresent }).toEqual({ nodesExpected: 3, nodesPresent: 1 });
    expect(missing?.map(({ node }) => node)).toEqual(['b', 'c']);
  });

  it('tells the newest reason, and in how many cycles', () => {
    const { missing } = sumCoverage([cycle(3000, 2), cycle(2000, 2, ['b']), cycle(1000, 2, ['b'])], true);
    expect(missing).toEqual([
      { node: 'b', reason: 'timeout', detail: 'in 2000', cyclesMissed: 2, lastMissedAt: '1970-01-01T00:00:02.000Z' },
    ]);
  });

  it('passes over a cycle that runs', () => {
    expect(sumCoverage([running, cycle(1000, 2)], true)).toEqual({
      cycles: 1,
      newestCycleAt: '1970-01-01T00:00:01.000Z',
      oldestCycleAt: '1970-01-01T00:00:01.000Z',
      nodesExpected: 2,
      nodesPresent: 2,
      missing: [],
    });
    expect(sumCoverage([running], true)).toEqual({ cycles: 0, nodesExpected: 0, nodesPresent: 0, missing: [] });
  });

  it('is never better than its best cycle, also when nodes came and went', () => {
    expect(sumCoverage([cycle(2000, 4), cycle(1000, 2)], true)).toMatchObject({ nodesExpected: 4, nodesPresent: 4 });
    expect(sumCoverage([cycle(2000, 2, ['a', 'b']), cycle(1000, 2, ['c', 'd'])], true).nodesPresent).toBe(0);
  });

  it('names no node where none may be named', () => {
    expect(sumCoverage([cycle(1000, 2, ['b'])], false)).not.toHaveProperty('missing');
    expect(JSON.stringify(sumCoverage([cycle(1000, 2, ['b'])], false))).not.toContain('"b"');
  });
});
