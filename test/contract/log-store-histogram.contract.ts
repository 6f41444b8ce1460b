import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { recordMatcher } from '../../src/logs/core/filter/match-record.js';
import { LOG_LEVELS, type LogLevel } from '../../src/logs/core/log-level.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import type { HistogramCount } from '../../src/logs/core/count/count-buckets.js';
import { aLogRecord, aNodeRecord, SECOND_NS, T0_NS } from '../support/log-records.js';
import { someFilter, someRecords } from './log-store.arbitraries.js';
import { ANY, having, type LogStoreFixture } from './log-store.fixture.js';

const MINUTE_NS = 60n * SECOND_NS;

const exactly = (values: readonly LogLevel[]) => ({ kind: 'exact' as const, key: 'level' as const, values });

/** Counts over time. */
export function describeHistogram(at: LogStoreFixture): void {
  const { append, keep, histogram } = at;
  /** `minute value lines`, sorted. */
  const shown = (counts: readonly HistogramCount[]): string[] =>
    counts.map(({ fromNs, value = '-', lines }) => `${(fromNs - T0_NS) / MINUTE_NS} ${value} ${lines}`).sort();

  describe('histogram', () => {
    const some = async (): Promise<void> => {
      const levels = ['error', 'error', 'warn', 'info', undefined, 'error'] as const;
      const records = levels.map((level, index) =>
        aLogRecord({
          timeNs: T0_NS + BigInt(index) * 25n * SECOND_NS,
          ...(level && { level }),
          ...(index % 2 === 0 ? { fields: { status: index < 4 ? 500 : '500', ok: true } } : {}),
        }),
      );
      await append(...records.slice(0, 3));
      await keep();
      await append(...records.slice(3), aNodeRecord({ timeNs: T0_NS - 1n }));
    };

    it('counts the lines of each bucket, and leaves empty ones out', async () => {
      await some();
      await append(aLogRecord({ timeNs: T0_NS + 10n * MINUTE_NS }));
      const { counts, lost } = await histogram(ANY);
      expect(lost).toEqual([]);
      expect(shown(counts)).toEqual(['-1 - 1', '0 - 3', '1 - 2', '10 - 1', '2 - 1']);
      expect(counts).toContainEqual({ fromNs: T0_NS, lines: 3 });
    });

    it('splits by a part, the rest and what lacks it counted together', async () => {
      await some();
      const span = { fromNs: T0_NS, toNs: T0_NS + 10n * MINUTE_NS };
      expect(shown((await histogram(ANY, { by: 'level', span })).counts)).toEqual([
        '0 error 2',
        '0 warn 1',
        '1 - 1',
        '1 info 1',
        '2 error 1',
      ]);
      expect(shown((await histogram(ANY, { by: 'level', span, maxValues: 1 })).counts)).toEqual([
        '0 - 1',
        '0 error 2',
        '1 - 2',
        '2 error 1',
      ]);
    });

    it('takes of equally frequent values the first ones', async () => {
      await append(...['c', 'a', 'b', 'd'].map((pod) => aLogRecord({ pod })));
      expect(shown((await histogram(ANY, { by: 'pod', maxValues: 2 })).counts)).toEqual(['0 - 2', '0 a 1', '0 b 1']);
    });

    it('splits by a field, whose figures and words that are written alike count together', async () => {
      await some();
      const only = having({ kind: 'exact', key: 'namespace', values: ['prod'] });
      expect(shown((await histogram(only, { by: 'field.status' })).counts)).toEqual([
        '0 - 1',
        '0 500 2',
        '1 - 1',
        '1 500 1',
        '2 - 1',
      ]);
      expect(shown((await histogram(only, { by: 'field.ok' })).counts)).toContain('0 true 2');
    });

    it('counts what the filter and the span let through, in buckets that begin at multiples of the step', async () => {
      await some();
      const filter = having({ kind: 'exact', key: 'level', values: ['error'] });
      const span = { fromNs: T0_NS + 1n, toNs: T0_NS + 2n * MINUTE_NS };
      expect(shown((await histogram(filter, { span })).counts)).toEqual(['0 - 1']);
      const { counts } = await histogram(filter, { stepNs: 7n * SECOND_NS });
      expect(counts.every(({ fromNs }) => fromNs % (7n * SECOND_NS) === 0n)).toBe(true);
      expect(counts.reduce((sum, { lines }) => sum + lines, 0)).toBe(3);
    });

    it('counts as the reference does, whatever the filter, the span and the step', async () => {
      const records: LogRecord[] = [];
      for (const some of fc.sample(someRecords(60), { numRuns: 4, seed: 6 })) {
        if (records.length > 0) await keep();
        await append(...some);
        records.push(...some);
      }
      const ofLevels = fc
        .record({ values: fc.subarray([...LOG_LEVELS], { minLength: 1 }), isNegated: fc.boolean() })
        .map(({ values, isNegated }) => ({ terms: [{ condition: exactly(values), isNegated }] }));
      const time = fc.nat(200_000).map((ms) => T0_NS + BigInt(ms) * 1_000_000n);
      const step = fc.constantFrom(SECOND_NS, 30n * SECOND_NS, MINUTE_NS, 2n * MINUTE_NS, 60n * MINUTE_NS);
      const by = fc.constantFrom('level' as const, undefined, 'namespace' as const);
      const filters = fc.oneof(ofLevels, fc.constant(ANY), someFilter);
      await fc.assert(
        fc.asyncProperty(filters, time, time, step, by, async (filter, one, other, stepNs, by) => {
          const span = one < other ? { fromNs: one, toNs: other } : { fromNs: other, toNs: one };
          const expected = new Map<string, number>();
          const matches = recordMatcher(filter);
          for (const record of records) {
            if (!matches(record) || record.timeNs < span.fromNs || record.timeNs >= span.toNs) continue;
            const bucket = `${record.timeNs - (record.timeNs % stepNs)} ${(by && record[by]) ?? '-'}`;
            expected.set(bucket, (expected.get(bucket) ?? 0) + 1);
          }
          const { counts } = await histogram(filter, { span, stepNs, ...(by && { by }) });
          expect(new Map(counts.map(({ fromNs, value = '-', lines }) => [`${fromNs} ${value}`, lines]))).toEqual(
            expected,
          );
        }),
        { numRuns: 40 },
      );
    });
  });
}
