import { describe, expect, it } from '@jest/globals';
import { parseFilterPath } from './filter-path.js';

const ANSWER = {
  took: 3,
  errors: true,
  items: [
    { create: { _index: 'a', status: 201 } },
    { create: { _index: 'a', status: 400, error: { type: 't', reason: 'r' } } },
  ],
};

describe('parseFilterPath', () => {
  it.each([
    ['', ANSWER],
    ['errors', { errors: true }],
    ['took,errors', { took: 3, errors: true }],
    ['items.*.status', { items: [{ create: { status: 201 } }, { create: { status: 400 } }] }],
    ['items.*.error', { items: [{ create: { error: { type: 't', reason: 'r' } } }] }],
    ['items.*.error.type', { items: [{ create: { error: { type: 't' } } }] }],
    ['**.reason', { items: [{ create: { error: { reason: 'r' } } }] }],
    ['items.**.type', { items: [{ create: { error: { type: 't' } } }] }],
    ['items.cr*te._*', { items: [{ create: { _index: 'a' } }, { create: { _index: 'a' } }] }],
    ['**', ANSWER],
    ['nothing', {}],
    ['-items', { took: 3, errors: true }],
    [
      '-took,-items.*.status,-**.reason',
      { errors: true, items: [{ create: { _index: 'a' } }, { create: { _index: 'a', error: { type: 't' } } }] },
    ],
    [
      'items,-items.*.error',
      { items: [{ create: { _index: 'a', status: 201 } }, { create: { _index: 'a', status: 400 } }] },
    ],
  ])('%s', (text, expected) => {
    expect(parseFilterPath(text)(ANSWER)).toEqual(expected);
  });

  it('takes as many and as long paths as come', () => {
    const filter = parseFilterPath(`${'**.'.repeat(1_000)}x,${'a,'.repeat(100_000)}`);
    expect(filter(ANSWER)).toEqual({});
  });
});
