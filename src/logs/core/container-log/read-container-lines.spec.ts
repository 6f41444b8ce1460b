import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { visibleText } from '../line/visible-text.js';
import { parseTimeNs } from '../parse-time-ns.js';
import { readCriLine } from './read-cri-line.js';
import { readDockerLine } from './read-docker-line.js';

const AT_NS = 1_767_261_607_000_000_000n;

describe('readCriLine', () => {
  it.each([
    ['2026-01-01T10:00:07.123456789Z stdout F hello', 123_456_789n, 'stdout', false, 'hello'],
    ['2026-01-01T12:00:07.5+02:00 stderr F x y', 500_000_000n, 'stderr', false, 'x y'],
    ['2026-01-01T10:00:07.000000001+00:00 stdout P part', 1n, 'stdout', true, 'part'],
    ['2026-01-01T10:00:07Z stdout F ', 0n, 'stdout', false, ''],
    ['2026-01-01T10:00:07Z stdout F', 0n, 'stdout', false, ''],
    ['2026-01-01T10:00:07Z stdout F:foo  two blanks', 0n, 'stdout', false, ' two blanks'],
    ['2026-01-01T10:00:07Z stdout P:foo:bar x', 0n, 'stdout', true, 'x'],
    ['\0\0\x002026-01-01T10:00:07Z stdout F after the padding', 0n, 'stdout', false, 'after the padding'],
    [visibleText(Buffer.from('2026-01-01T10:00:07Z stdout F \xff', 'latin1')), 0n, 'stdout', false, '\\xff'],
    [`2026-01-01T10:00:07Z stdout F ${'x'.repeat(1024 * 1024)}`, 0n, 'stdout', false, 'x'.repeat(1024 * 1024)],
  ])('reads %.60j', (line, fractionNs, stream, isPartial, text) => {
    expect(readCriLine(line)).toEqual({ timeNs: AT_NS + fractionNs, stream, isPartial, text });
  });

  it.each([
    '',
    'hello',
    '2026-01-01T10:00:07Z',
    '2026-01-01T10:00:07Z stdout',
    '2026-01-01T10:00:07Z stdin F x',
    '2026-01-01T10:00:07Z stdout X x',
    'now stdout F x',
  ])('knows that %j is none', (line) => {
    expect(readCriLine(line)).toBeUndefined();
  });
});

describe('readDockerLine', () => {
  it.each([
    ['{"log":"hello\\n","stream":"stdout","time":"2026-01-01T10:00:07.5Z"}', false, 'hello'],
    ['{"log":"part","stream":"stderr","time":"2026-01-01T10:00:07.5Z","attrs":{"a":"b"}}', true, 'part'],
    ['\0\0{"log":"\\n","stream":"stdout","time":"2026-01-01T10:00:07.5Z"}', false, ''],
  ])('reads %j', (line, isPartial, text) => {
    expect(readDockerLine(line)).toMatchObject({ timeNs: AT_NS + 500_000_000n, isPartial, text });
  });

  it.each([
    '{"log":"cut',
    '{"log":1,"stream":"stdout","time":"x"}',
    'null',
    '{"log":"x\\n","stream":"stdout","time":"noon"}',
    '[]',
  ])('knows that %j is none', (line) => {
    expect(readDockerLine(line)).toBeUndefined();
  });
});

describe('parseTimeNs', () => {
  it.each(['Z', '+00:00', '-00:00'])('reads one to nine digits of a fraction with %s', (offset) => {
    for (let digits = 1; digits <= 9; digits++) {
      const fraction = '123456789'.slice(0, digits);
      expect(parseTimeNs(`2026-01-01T10:00:07.${fraction}${offset}`)).toBe(AT_NS + BigInt(fraction.padEnd(9, '0')));
    }
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01',
    '2026-01-01T10:00:07',
    '',
  ])('refuses %j', (text) => {
    expect(parseTimeNs(text)).toBeUndefined();
  });

  it('reads every instant of the usual form as Date.parse does', () => {
    const instant = fc.tuple(fc.integer({ min: 0, max: 7_000_000_000_000 }), fc.integer({ min: 0, max: 999_999 }));
    fc.assert(
      fc.property(instant, ([ms, beyond]) => {
        const text = new Date(ms).toISOString();
        expect(parseTimeNs(text)).toBe(BigInt(ms) * 1_000_000n);
        const nanoseconds = `${text.slice(0, -1)}${String(beyond).padStart(6, '0')}Z`;
        expect(parseTimeNs(nanoseconds)).toBe(BigInt(ms) * 1_000_000n + BigInt(beyond));
      }),
    );
  });

  it.each([
    '2026-01-01T10:60:00Z',
    '2026-01-01T10:00:61Z',
    '2026-01-01T10:00:0xZ',
    '2026-01-01T10:00:07.Z',
    '2026-00-01T10:00:07Z',
  ])('refuses %s', (text) => {
    expect(parseTimeNs(text)).toBeUndefined();
  });
});
