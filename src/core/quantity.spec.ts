import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseQuantity, QuantityError, toBytes, toMillicores } from './quantity.js';

describe('parseQuantity', () => {
  it.each([
    ['0', 0n],
    ['1', 1_000_000_000n],
    ['+1', 1_000_000_000n],
    ['-1', -1_000_000_000n],
    ['.5', 500_000_000n],
    ['5.', 5_000_000_000n],
    ['1n', 1n],
    ['1u', 1000n],
    ['1m', 1_000_000n],
    ['1k', 1_000_000_000_000n],
    ['1M', 10n ** 15n],
    ['1G', 10n ** 18n],
    ['1T', 10n ** 21n],
    ['1P', 10n ** 24n],
    ['1E', 10n ** 27n],
    ['1Ki', 2n ** 10n * 10n ** 9n],
    ['1Mi', 2n ** 20n * 10n ** 9n],
    ['1Gi', 2n ** 30n * 10n ** 9n],
    ['1Ti', 2n ** 40n * 10n ** 9n],
    ['1Pi', 2n ** 50n * 10n ** 9n],
    ['1Ei', 2n ** 60n * 10n ** 9n],
    ['1.5Gi', 1_610_612_736n * 10n ** 9n],
    ['1e3', 1_000_000_000_000n],
    ['1E3', 1_000_000_000_000n],
    ['12e-3', 12_000_000n],
    ['1.25e+2', 125_000_000_000n],
  ])('reads %s exactly', (text, nanos) => {
    expect(parseQuantity(text).nanos).toBe(nanos);
  });

  it.each(['0.1n', '1e-10', '1e-999999999'])('rounds %s, finer than nano, up to one nano', (text) => {
    expect(parseQuantity(text).nanos).toBe(1n);
  });

  it.each(['8Ei', '9223372036854775808', '1e999999999'])('caps %s at 2^63-1', (text) => {
    expect(parseQuantity(text).nanos).toBe((2n ** 63n - 1n) * 10n ** 9n);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '.',
    '+',
    'm',
    '1K',
    '1ki',
    '1mi',
    '1e',
    '1e3Ki',
    '1.2.3',
    '0x10',
    'NaN',
    `1${'0'.repeat(80)}`,
  ])('refuses %j', (text) => {
    expect(() => parseQuantity(text)).toThrow(QuantityError);
  });
});

describe('toMillicores and toBytes', () => {
  it.each([
    ['100m', 100],
    ['1', 1000],
    ['0.5', 500],
    ['2500000n', 3],
    ['1u', 1],
    ['-1u', -1],
  ])('reads %s of CPU as %d millicores', (text, millicores) => {
    expect(toMillicores(text)).toBe(millicores);
  });

  it.each([
    ['128974848', 128_974_848],
    ['129e6', 129_000_000],
    ['129M', 129_000_000],
    ['128974848000m', 128_974_848],
    ['123Mi', 128_974_848],
    ['1500m', 2],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('reads %s of memory as %d bytes', (text, bytes) => {
    expect(toBytes(text)).toBe(bytes);
  });

  it('gives every whole number of bytes and millicores back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (amount) => {
        expect(toBytes(String(amount))).toBe(amount);
        expect(toMillicores(`${amount}m`)).toBe(amount);
      }),
    );
  });

  it('never lets a larger quantity come out smaller', () => {
    const suffix = fc.constantFrom('n', 'u', 'm', '', 'k', 'M', 'Ki', 'Mi', 'Gi');
    fc.assert(
      fc.property(fc.nat(), fc.nat(), suffix, (one, two, unit) => {
        const [small, large] = [Math.min(one, two), Math.max(one, two)];
        expect(toBytes(`${small}${unit}`)).toBeLessThanOrEqual(toBytes(`${large}${unit}`));
      }),
    );
  });
});
