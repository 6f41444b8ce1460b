import { describe, expect, it } from '@jest/globals';
import type { HistogramCount } from '../../src/logs/store/log-store.port.js';
import { aLogRecord, aNodeRecord, SECOND_NS, T0_NS } from '../support/log-records.js';
import { ANY, having, type LogStoreFixture } from './log-store.fixture.js';

const MINUTE_NS = 60n * SECOND_NS;

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
  });
}
