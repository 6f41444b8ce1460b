import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Constant, Slot, stampText, Template, TimeSlot } from './template.js';

describe('a template', () => {
  it('writes any whole number and stamp into its places', () => {
    const template = new Template({
      time: new TimeSlot(1),
      list: [1, 'two', []],
      one: new Slot(0, 19),
      two: new Slot(1, 17),
    });
    const stamps = [0, 1_700_000_000_000].map((atMs) => Buffer.from(stampText(atMs)));
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), fc.nat(99_999_999), (one, two) => {
        template.patch(template.buffer, Float64Array.of(one, two), stamps);
        const expected = { time: '2023-11-14T22:13:20Z', list: [1, 'two', []], one, two };
        expect(JSON.parse(template.buffer.toString())).toEqual(expected);
      }),
    );
  });

  it('is indented by one space, as a kubelet does', () => {
    const plain = { a: [{ b: 1, c: 'x"y' }, []], d: {}, e: { f: null, g: true } };
    const template = new Template({ ...plain, e: new Constant(plain.e), h: undefined });
    expect(template.buffer.toString()).toBe(JSON.stringify(plain, null, 1));
  });

  it.each([0, 9, 10, 99_999_999, 100_000_000, 1e16, 2 ** 53 + 2, 1.5e18])('writes %d', (value) => {
    const template = new Template([new Slot(0, 19)]);
    template.patch(template.buffer, Float64Array.of(value), []);
    expect(JSON.parse(template.buffer.toString())).toEqual([value]);
  });
});
