import { describe, expect, it } from '@jest/globals';
import { equalHashes, hashOf, looksLikeJwt, newToken, tokenIdIn } from './token-format.js';

describe('Token format', () => {
  it('makes tokens that differ, carry their id and a checksum, and are kept as a hash', () => {
    const tokens = Array.from({ length: 200 }, newToken);
    expect(new Set(tokens.map(({ text }) => text)).size).toBe(200);
    for (const { id, text, hash } of tokens) {
      expect(text).toMatch(/^qm_[0-9a-f]{16}_[0-9A-Za-z]{49}$/);
      expect(tokenIdIn(text)).toBe(id);
      expect(hash).toBe(hashOf(text));
      expect(looksLikeJwt(text)).toBe(false);
    }
  });

  it('tells a mistyped token by its checksum', () => {
    const { text } = newToken();
    for (let at = 3; at < text.length; at++) {
      const typo = text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1);
      expect(tokenIdIn(typo)).toBeUndefined();
    }
    expect(tokenIdIn(text.slice(0, -1))).toBeUndefined();
    expect(tokenIdIn(`${text} `)).toBeUndefined();
  });

  it.each([
    ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0xx.c2lnbmF0dXJl', true],
    ['a.b.c', false],
    ['a-string-of-24-characters', false],
    ['', false],
  ])('takes %s for a JWT: %s', (text, expected) => expect(looksLikeJwt(text)).toBe(expected));

  it('compares hashes, and takes nothing for equal that is no hash', () => {
    expect(equalHashes(hashOf('a'), hashOf('a'))).toBe(true);
    expect(equalHashes(hashOf('a'), hashOf('b'))).toBe(false);
    expect(equalHashes('', '')).toBe(false);
    expect(equalHashes(hashOf('a'), '')).toBe(false);
  });
});
