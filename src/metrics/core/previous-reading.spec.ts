import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeReading, encodeReading, UnreadableReading } from './previous-reading.js';
import { rateNode } from './rate-node.js';
import { aBusySummary, decodeJson } from './testdata/summary.js';

const AT = Date.parse('2026-01-02T10:00:00Z');

describe('previous readings', () => {
  const node = decodeJson(aBusySummary('n1', 30, AT), 'n1');
  const reading = rateNode(node, undefined, { cycleAtMs: AT, collectedAtMs: AT, maxWindowMs: 600_000 });

  it('come back as they were written', () => {
    expect(decodeReading(encodeReading(reading))).toEqual(reading);
  });

  it('of a node with 30 pods of two interfaces each take under 6 kB', () => {
    expect(encodeReading(reading).length).toBeLessThan(6000);
  });

  it('come back whatever the counters, stamps and names are', () => {
    const time = fc.oneof(
      fc.integer({ min: 1, max: 4_000_000_000_000_000 }).map((us) => us / 1000),
      fc.constant(NaN),
    );
    const count = fc.oneof(fc.maxSafeNat(), fc.constant(2 ** 62), fc.constant(NaN));
    const counts = (length: number) => fc.array(count, { minLength: length, maxLength: length });
    const groups = [2, 3, 4, 4, 2].map((length, at) => fc.tuple(time, counts(at === 0 ? 0 : length)));
    const counters = fc.tuple(...groups).map((all) => all.flat(2));
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('/'));
    const key = fc.oneof(
      fc.constant(''),
      name,
      fc.uuid(),
      name.map((text) => `/${text}`),
      fc.tuple(fc.uuid(), name).map(([uid, text]) => `${uid}/${text}`),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(key, counters)), (entries) => {
        const given = { cycleAtMs: AT, counters: new Map(entries) };
        expect(decodeReading(encodeReading(given))).toEqual(given);
      }),
    );
  });

  it('of another version, or cut short, are told', () => {
    const bytes = encodeReading(reading);
    expect(() => decodeReading(Buffer.from([9]))).toThrow(UnreadableReading);
    expect(() => decodeReading(bytes.subarray(0, bytes.length - 1))).toThrow(UnreadableReading);
    expect(() => decodeReading(Buffer.alloc(0))).toThrow(UnreadableReading);
  });
});
