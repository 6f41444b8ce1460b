import { describe, expect, it } from '@jest/globals';
import { sumRun } from './sum-run.js';

const outcome = {
  planned: 4,
  removed: 2,
  absent: 1,
  kept: 0,
  failed: 1,
  notReached: 0,
  freedBytes: 100,
  estimatedBytes: 120,
  sizeBytes: 150,
};
const aNode = (node: string, state: string) => ({ node, state, because: `${state}!`, outcome });

describe('the sum of a run', () => {
  it('adds up what its nodes came to', () => {
    const { sums } = sumRun([
      aNode('a', 'succeeded'),
      { node: 'b', state: 'skipped', because: 'away' },
      aNode('c', 'partial'),
    ]);
    expect(sums).toEqual({
      nodes: 3,
      planned: 8,
      removed: 4,
      absent: 2,
      kept: 0,
      failed: 2,
      freedBytes: 200,
      estimatedBytes: 240,
      sizeBytes: 300,
    });
  });

  it.each<[string[], string | undefined, boolean]>([
    [['succeeded', 'succeeded'], undefined, false],
    [[], undefined, false],
    [['succeeded', 'failed'], '1 of 2 nodes: n1: failed!', false],
    [['partial'], '1 of 1 nodes: n0: partial!', false],
    [['failed', 'skipped'], '2 of 2 nodes: n0: failed!; n1: skipped!', true],
    [
      ['failed', 'failed', 'failed', 'failed', 'failed'],
      '5 of 5 nodes: n0: failed!; n1: failed!; n2: failed!; and 2 more',
      true,
    ],
  ])('of nodes that %j says which are missing', (states, reason, isFailed) => {
    const summed = sumRun(states.map((state, index) => aNode(`n${index}`, state)));
    expect(summed.reason).toBe(reason);
    expect(summed.isFailed).toBe(isFailed);
  });
});
