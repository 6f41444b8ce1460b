import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { csvRow } from './csv-row.js';

describe('a row of CSV', () => {
  it.each<[string | number | undefined, string]>([
    ['web-1', 'web-1'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', '"\'=1+1"'],
    ['+1', '"\'+1"'],
    ['-1', '"\'-1"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\r=1"'],
    ['\n=1', '"\'\n=1"'],
    ['＝1', '"\'＝1"'],
    ['a=b', 'a=b'],
    [-1.5, '-1.5'],
    [0.1, '0.1'],
    [123_456_789_012_345, '123456789012345'],
    [undefined, ''],
    ['', ''],
  ])('writes %j as %s', (cell, text) => {
    expect(csvRow([cell, 1])).toBe(`${text},1\r\n`);
  });

  it('prints numbers so that they read back exactly', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(csvRow([value]).trim())).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('never begins a text with what makes a formula', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(csvRow([text])).not.toMatch(/^[=+\-@\t\r]./);
      }),
    );
  });
});
