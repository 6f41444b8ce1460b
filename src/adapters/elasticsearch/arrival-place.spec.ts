import { describe, expect, it } from '@jest/globals';
import { decodeArrival, encodeArrival, indexKey, positionsIn } from './arrival-place.js';

const uuid = (letter: string): string => letter.repeat(22);
const position = (letter: string, seqNo: number) => ({ index: indexKey(uuid(letter)), seqNo });
const index = (letter: string, lastSeqNo: number) => ({ uuid: uuid(letter), lastSeqNo });

describe('an arrival', () => {
  it('names how far each of the newest indices was looked at', () => {
    const all = [position('a', 9), position('b', 7), position('c', -1), position('d', 0)];
    expect(decodeArrival('store', encodeArrival('store', all))).toEqual(all.slice(1));
    expect(decodeArrival('store', encodeArrival('store', []))).toEqual([]);
  });

  it('loses nothing of an index that is read while many newer ones have come', () => {
    const there = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => index(letter, 9));
    const read = [position('a', 9), position('b', 4), ...there.slice(2).map(() => position('z', -1))];
    const known = decodeArrival('store', encodeArrival('store', read));
    expect(positionsIn(there, known).map(({ seqNo }) => seqNo)).toEqual([9, 4, -1, -1, -1, -1]);
  });

  it.each(['', 'other.aaaaaaaa:1', 'store.a:1', 'store.aaaaaaaa', 'store.aaaaaaaa:-2', 'store.aaaaaaaa:1:2', 'store.'])(
    'is refused when it is none of this store: %j',
    (arrival) => {
      expect(() => decodeArrival('store', arrival)).toThrow('is no arrival of this store');
    },
  );

  it.each([
    ['the same index', ['b'], [position('a', 5), position('b', 3)]],
    ['indices that are gone', ['z'], [position('a', -1), position('b', -1)]],
    ['an index before the newest', ['a'], [position('a', 3), position('b', -1)]],
    ['none', [], [position('a', -1), position('b', -1)]],
  ])('goes on after %s', (_, known, expected) => {
    const there = [index('a', 5), index('b', 8)];
    expect(
      positionsIn(
        there,
        known.map((letter) => position(letter, 3)),
      ),
    ).toEqual(expected);
  });
});
