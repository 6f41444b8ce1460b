import { describe, expect, it } from '@jest/globals';
import { ProblemError } from '../errors.js';
import { decodeCursor, encodeCursor } from './paging.js';

const cursorOf = (text: string): string => Buffer.from(text).toString('base64url');

describe('a cursor', () => {
  it('gives back what it was made of', () => {
    expect(decodeCursor(encodeCursor(['shop', 1.5]), 2)).toEqual(['shop', 1.5]);
  });

  it.each([
    '',
    '{}',
    '["shop"]',
    '["shop",null]',
    '["shop",1e999]',
    String.raw`["\u0000",1]`,
    String.raw`["\ud800",1]`,
  ])('is none of a list when a client made it up: %s', (text) => {
    expect(() => decodeCursor(cursorOf(text), 2)).toThrow(ProblemError);
  });
});
