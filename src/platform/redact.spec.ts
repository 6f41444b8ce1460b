import { describe, expect, it } from '@jest/globals';
import { censor } from './redact.js';

describe('censor', () => {
  it.each([
    ['a value under a telling key', { authorization: 'Bearer abc' }, { authorization: '[redacted]' }],
    ['a nested one', { request: { headers: { Cookie: 'a=b' } } }, { request: { headers: { Cookie: '[redacted]' } } }],
    [
      'a known secret inside of another text',
      { url: 'postgres://q:s3cr3t-word@db' },
      { url: 'postgres://q:[redacted]@db' },
    ],
    ['a known secret in a list', { args: ['--x', 's3cr3t-word'] }, { args: ['--x', '[redacted]'] }],
    [
      'nothing else',
      { tokens: 3, node: 'n1', at: new Date(0), big: 12n },
      { tokens: 3, node: 'n1', at: '1970-01-01T00:00:00.000Z', big: '12' },
    ],
  ])('hides %s', (_, fields, expected) => {
    expect(censor(fields, ['s3cr3t-word'])).toEqual(expected);
  });

  it('hides a known secret in the message, stack and cause of an error', () => {
    const error = new Error('cannot log in with s3cr3t-word', { cause: new Error('s3cr3t-word is wrong') });
    expect(JSON.stringify(censor({ error }, ['s3cr3t-word']))).not.toContain('s3cr3t');
  });

  it('ends at endless structures', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(JSON.stringify(censor(loop, []))).toContain('[deep]');
  });
});
