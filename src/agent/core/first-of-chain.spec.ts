import { describe, expect, it } from '@jest/globals';
import { firstOfChain } from './first-of-chain.js';

type Text = string | undefined;
const bytes = (text: Text): Buffer | undefined => (text === undefined ? undefined : Buffer.from(text));
const change = ([before, after]: readonly [Text, Text]) => ({
  before: before === undefined ? undefined : { bytes: Buffer.from(before) },
  after: bytes(after),
});
const isSame = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one === undefined || other === undefined ? one === other : Buffer.from(one).equals(other);

describe('what was there before all changes that stayed', () => {
  it.each<[string, readonly (readonly [Text, Text])[], Text, Text]>([
    ['is what the only one found', [['old', 'new']], 'new', 'old'],
    ['is nothing where there was nothing', [[undefined, 'new']], 'new', undefined],
    [
      'is what the first of several found',
      [
        ['newer', 'newest'],
        ['new', 'newer'],
        ['old', 'new'],
      ],
      'newest',
      'old',
    ],
    [
      'is what somebody else wrote between two',
      [
        ['theirs', 'newer'],
        ['old', 'new'],
      ],
      'newer',
      'theirs',
    ],
    [
      'is the same after it was put back, and changed again',
      [
        ['old', 'newer'],
        ['new', 'old'],
        ['old', 'new'],
      ],
      'newer',
      'old',
    ],
    ['is the same when nothing was changed', [['same', 'same']], 'same', 'same'],
    ['is not known where somebody else has written since', [['old', 'new']], 'theirs', 'not known'],
    ['is not known where somebody else took it away', [['old', 'new']], undefined, 'not known'],
    ['is not known without a change', [], 'new', 'not known'],
  ])('%s', (_, stayed, now, expected) => {
    const first = firstOfChain(stayed.map(change), bytes(now), isSame);
    expect(first ? first.before?.bytes.toString() : 'not known').toBe(expected);
  });
});
