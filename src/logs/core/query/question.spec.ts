import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { concernsContainer } from './concerns-container.js';
import { bucketCount, fillBuckets } from './fill-buckets.js';
import { isoOfNs } from './iso-of-ns.js';
import { parseFieldCondition } from './parse-field-condition.js';
import { nsAt, parseLogTime } from './parse-log-time.js';

describe('a condition on a field', () => {
  it.each([
    ['status>=500', 'status', '>=', '500'],
    ['status=500', 'status', '=', '500'],
    ['status!=500', 'status', '!=', '500'],
    ['http.status<400', 'http.status', '<', '400'],
    ['a<=1', 'a', '<=', '1'],
    ['a>1', 'a', '>', '1'],
    ['url=/cart?a=b>c', 'url', '=', '/cart?a=b>c'],
    ['error=', 'error', '=', ''],
    ['user name=ann', 'user name', '=', 'ann'],
    ['"a=b">=5', 'a=b', '>=', '5'],
    ['"say \\"hi\\""=x', 'say "hi"', '=', 'x'],
    ['status', 'status', 'exists', undefined],
    ['"a=b"', 'a=b', 'exists', undefined],
  ])('reads %s', (text, name, comparison, value) => {
    expect(parseFieldCondition(text)).toEqual({
      kind: 'field',
      name,
      comparison,
      ...(value === undefined ? {} : { value }),
    });
  });

  it.each([
    ['', 0],
    ['=5', 0],
    ['>=', 0],
    ['"a', 0],
    ['"a"b', 3],
    ['""=1', 0],
    ['a!b', 1],
    ['x'.repeat(257), 0],
  ])('refuses %j at %i', (text, position) => {
    expect(() => parseFieldCondition(text)).toThrow(`at position ${position}: `);
  });

  it('reads any name in quotes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100 }), fc.string(), (name, value) => {
        expect(parseFieldCondition(`${JSON.stringify(name)}=${value}`)).toEqual({
          kind: 'field',
          name,
          comparison: '=',
          value,
        });
      }),
    );
  });
});

describe('an instant of a log', () => {
  it('reads back what is shown, to the nanosecond', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 9_214_646_399_999_999_999n }), (ns) => {
        expect(nsAt(parseLogTime(isoOfNs(ns)), 0)).toBe(ns);
      }),
    );
  });

  it.each([
    ['2026-03-04T14:05:00.5Z', 1_772_633_100_500_000_000n],
    ['2026-03-04T15:05:00.000000007+01:00', 1_772_633_100_000_000_007n],
    ['2026-03-04T14:05:00.1234Z', 1_772_633_100_123_400_000n],
    ['1772633100', 1_772_633_100_000_000_000n],
    ['-1s', 9_000_000_000n],
  ])('reads %s', (text, ns) => {
    expect(nsAt(parseLogTime(text), 10_000)).toBe(ns);
  });
});

describe('buckets', () => {
  it('hold each line once, begin at multiples of the step and cover the span', () => {
    const times = fc.array(fc.bigInt({ min: 100n, max: 199n }), { maxLength: 50 });
    fc.assert(
      fc.property(times, fc.bigInt({ min: 1n, max: 60n }), (lines, stepNs) => {
        const span = { fromNs: 100n, toNs: 200n };
        const counts = lines.map((ns) => ({ fromNs: ns - (ns % stepNs), value: String(ns % 3n), lines: 1 }));
        const starts = [...Map.groupBy(counts, ({ fromNs, value }) => `${fromNs} ${value}`).values()];
        const given = starts.map((same) => ({ ...(same[0] ?? { fromNs: 0n, value: '' }), lines: same.length }));
        const { lines: sum, buckets } = fillBuckets(given, span, stepNs);
        expect(sum).toBe(lines.length);
        expect(buckets.reduce((total, bucket) => total + bucket.lines, 0)).toBe(lines.length);
        expect(buckets).toHaveLength(bucketCount(span, stepNs));
        expect(buckets.every(({ fromNs }) => fromNs % stepNs === 0n)).toBe(true);
      }),
    );
  });
});

describe('whether a question is about a container', () => {
  const container = { namespace: 'shop', pod: 'web-1', container: 'app', labels: { app: 'web' } };
  const exact = (key: 'namespace' | 'level' | 'unit', value: string, isNegated = false) => ({
    condition: { kind: 'exact' as const, key, values: [value] },
    isNegated,
  });

  it.each([
    ['nothing said', [], undefined, true],
    ['its namespace', [exact('namespace', 'shop')], undefined, true],
    ['not its namespace', [exact('namespace', 'shop', true)], undefined, false],
    ['a level, which it may write', [exact('level', 'fatal')], undefined, true],
    ['a unit, which it never has', [exact('unit', 'kubelet')], undefined, false],
    ['a caller that sees it', [], ['shop'], true],
    ['a caller that does not', [], ['bank'], false],
  ])('%s', (_, terms, visibleNamespaces, concerns) => {
    expect(concernsContainer({ terms, ...(visibleNamespaces ? { visibleNamespaces } : {}) })(container)).toBe(concerns);
  });
});
