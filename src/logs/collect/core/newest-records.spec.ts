import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { LogRecord } from '../../core/log-record.js';
import { compareInPod } from '../../core/query/cluster-place.js';
import { NewestRecords } from './newest-records.js';

const record = fc
  .record({
    atS: fc.integer({ min: 0, max: 50 }),
    container: fc.constantFrom('app', 'proxy'),
    message: fc.string({ maxLength: 3000 }),
  })
  .map(({ atS, ...rest }): LogRecord => {
    const timeNs = BigInt(atS) * 1_000_000_000n;
    return { ...rest, timeNs, observedNs: timeNs, sequence: 0, source: 'kubernetes' };
  });

describe('the newest records of a pod', () => {
  it('are a tail of all of them, as long as fits and not empty, and what is left out is told', () => {
    const bounded = fc.property(
      fc.array(record, { maxLength: 60 }),
      fc.integer({ min: 1, max: 40_000 }),
      (all, most) => {
        const newest = new NewestRecords(most);
        for (const one of all) newest.push(one);
        const { records, leftOutUpToNs } = newest.end();
        const ordered = all.toSorted(compareInPod);
        const left = ordered.slice(0, ordered.length - records.length);
        expect(records.map(({ timeNs, container }) => [timeNs, container])).toEqual(
          ordered.slice(left.length).map(({ timeNs, container }) => [timeNs, container]),
        );
        const newestLeft = left.at(-1);
        expect(leftOutUpToNs).toBe(newestLeft && newestLeft.timeNs + 1n);
        expect(records.length > 0).toBe(all.length > 0);
        const bytes = records.reduce((sum, { message }) => sum + 400 + message.length, 0);
        expect(bytes <= most || records.length === 1).toBe(true);
      },
    );
    fc.assert(bounded);
  });
});
