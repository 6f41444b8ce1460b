import { describe, expect, it } from '@jest/globals';
import { shortReason } from './short-reason.js';

describe('a reason as it is told', () => {
  it.each([
    ['as it is', 'no such image: ü 😀', 'no such image: ü 😀'],
    ['in few words', 'x'.repeat(5_000), 'x'.repeat(1_000)],
    ['without half a character', `${'x'.repeat(999)}😀`, `${'x'.repeat(999)}\uFFFD`],
    ['without U+0000', 'a\0b', 'a\uFFFDb'],
  ])('is %s', (_, said, told) => {
    expect(shortReason(said)).toBe(told);
  });
});
