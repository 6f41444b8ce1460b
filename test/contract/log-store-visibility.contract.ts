import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { recordMatcher } from '../../src/logs/core/filter/match-record.js';
import { EXACT_KEYS, type LogFilter } from '../../src/logs/core/filter/log-filter.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { aLogRecord, aNodeRecord } from '../support/log-records.js';
import { someFilter, someRecords } from './log-store.arbitraries.js';
import { ALWAYS, ANY, type LogStoreFixture } from './log-store.fixture.js';

const KEYS = [...EXACT_KEYS, 'field.status'];

/** A caller who may see some namespaces learns nothing of the others, however they ask. */
export function describeVisibility(at: LogStoreFixture, randomQuestions: number): void {
  const { append, keep } = at;

  describe('visible namespaces', () => {
    it('are all there is: none at all means nothing, not even what belongs to no namespace', async () => {
      await append(aLogRecord(), aNodeRecord());
      expect(await at.search({ terms: [], visibleNamespaces: [] })).toEqual([]);
      expect(await at.search({ terms: [], visibleNamespaces: ['prod'] })).toHaveLength(1);
      expect(await at.search(ANY)).toHaveLength(2);
      const negated = { kind: 'exact' as const, key: 'namespace' as const, values: ['prod'] };
      const filter = { terms: [{ condition: negated, isNegated: true }], visibleNamespaces: ['prod'] };
      expect(await at.search(filter)).toEqual([]);
    });

    it('hold in random questions of every kind', async () => {
      const stored: LogRecord[] = [];
      const start = await at.newestArrival();
      for (const records of fc.sample(someRecords(40), { numRuns: 3, seed: 9 })) {
        await append(...records);
        if (stored.length === 0) await keep();
        stored.push(...records);
      }
      const places = (await at.search(ANY)).map(({ place }) => place);
      const limited = fc
        .tuple(someFilter, fc.subarray(['prod', 'test', 'kube-system']))
        .map(([{ terms }, visibleNamespaces]): LogFilter => ({ terms, visibleNamespaces }));
      await fc.assert(
        fc.asyncProperty(
          limited,
          fc.nat(5),
          fc.constantFrom(...KEYS),
          fc.nat(1000),
          async (filter, kind, key, pick) => {
            const expected = stored.filter(recordMatcher(filter));
            const outcome = await ask(filter, kind, key, places[pick % places.length] ?? '', start);
            if ('lines' in outcome) expect(outcome.lines).toBe(expected.length);
            for (const namespace of outcome.namespaces ?? []) expect(filter.visibleNamespaces).toContain(namespace);
            if (outcome.values) {
              const known = new Set(expected.map((record) => valueOf(record, key)));
              for (const value of outcome.values) expect(known).toContain(value);
            }
          },
        ),
        { numRuns: randomQuestions },
      );
    });
  });

  type Outcome = { lines?: number; namespaces?: (string | undefined)[]; values?: string[] };

  async function ask(filter: LogFilter, kind: number, key: string, place: string, start: string): Promise<Outcome> {
    const { reader } = at.store;
    if (kind === 0) {
      const { lines } = await reader.search({ filter, span: ALWAYS, order: 'newest', limit: 1000 });
      return { lines: lines.length, namespaces: lines.map(({ record }) => record.namespace) };
    }
    if (kind === 1) {
      const { counts } = await at.histogram(filter, { by: key });
      return { lines: sum(counts), values: counts.flatMap(({ value }) => value ?? []) };
    }
    if (kind === 2) {
      const [facet] = (await at.facets(filter, [key])).facets;
      const { values = [], otherLines = 0, absentLines = 0 } = facet ?? {};
      return { lines: sum(values) + otherLines + absentLines, values: values.map(({ value }) => value) };
    }
    if (kind === 3) return { lines: (await at.fields(filter)).sampledLines };
    if (kind === 4) {
      const line = await reader.lineAt(place, filter);
      return { namespaces: line ? [line.record.namespace] : [] };
    }
    const { lines } = await at.arrivals(filter, start);
    return { lines: lines.length, namespaces: lines.map(({ line }) => line.record.namespace) };
  }
}

function sum(counts: readonly { readonly lines: number }[]): number {
  return counts.reduce((total, { lines }) => total + lines, 0);
}

function valueOf(record: LogRecord, key: string): string | undefined {
  const exact = EXACT_KEYS.find((name) => name === key);
  if (exact) return record[exact];
  const value = record.fields?.['status'];
  return value === undefined ? undefined : String(value);
}
