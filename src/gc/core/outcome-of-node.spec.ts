import { describe, expect, it } from '@jest/globals';
import { outcomeOfNode, type CountedItem, type CountedResult } from './outcome-of-node.js';

const anItem = (item: string, result: CountedResult): CountedItem => ({
  item,
  result,
  kind: 'image',
  sizeBytes: 100,
  estimatedBytes: 80,
});

const keys = ['0', '1', '2'];

describe('what a node of a run came to', () => {
  it.each<[string, number, CountedResult[], string, string]>([
    ['nothing was planned', 0, [], 'succeeded', 'nothing was to be removed'],
    ['everything went', 2, ['removed', 'absent'], 'succeeded', '1 of 2 removed, 1 gone already'],
    ['something had changed', 2, ['removed', 'kept'], 'succeeded', '1 of 2 removed, 1 left since they had changed'],
    ['one failed', 2, ['removed', 'failed'], 'partial', '1 of 2 removed, 1 failed'],
    ['nobody told of the end of one', 1, ['unknown'], 'failed', '0 of 1 removed, 1 failed'],
    ['it was stopped', 3, ['removed'], 'partial', '1 of 3 removed, 2 not reached: the kill switch'],
    ['it never began', 2, [], 'failed', '0 of 2 removed, 2 not reached: the kill switch'],
  ])('when %s', (_, planned, results, state, because) => {
    const items = results.map((result, index) => anItem(String(index), result));
    expect(outcomeOfNode(keys.slice(0, planned), items, undefined, 'the kill switch')).toMatchObject({
      state,
      because,
    });
  });

  it('counts what an earlier plan had and this one has not', () => {
    expect(outcomeOfNode(['b'], [anItem('a', 'removed')], undefined, undefined).outcome).toMatchObject({
      planned: 2,
      removed: 1,
      notReached: 1,
    });
  });

  it('counts an item once, by its best result, and sums what went', () => {
    const items = [anItem('a', 'failed'), anItem('a', 'removed'), anItem('b', 'removed'), anItem('c', 'kept')];
    expect(outcomeOfNode(['a', 'b', 'c'], items, 150, undefined).outcome).toEqual({
      planned: 3,
      removed: 2,
      absent: 0,
      kept: 1,
      failed: 0,
      notReached: 0,
      freedBytes: 150,
      estimatedBytes: 160,
      sizeBytes: 200,
    });
  });
});
