import { describe, expect, it } from '@jest/globals';
import type { LogCondition } from '../../logs/core/filter/log-filter.js';
import { filterQuery } from './filter-query.js';

const labels = (selector: string): LogCondition => ({ kind: 'labels', selector, matches: () => true });
const field = (over: object): LogCondition => ({ kind: 'field', name: 'status', comparison: '=', value: 1, ...over });

describe('a query of a filter', () => {
  it.each<[string, LogCondition]>([
    ['a part', { kind: 'exact', key: 'pod', values: ['a'] }],
    ['words', { kind: 'words', tokens: ['a', 'b'] }],
    ['a phrase', { kind: 'phrase', tokens: ['a', 'b'] }],
    ['a field', field({})],
    ['a field that is text', field({ value: 'a' })],
    ['a field that is not', field({ comparison: '!=' })],
    ['a field that is more', field({ comparison: '>' })],
    ['a field that is there', field({ comparison: 'exists' })],
    ['labels', labels('a=b,c!=d,e in (f),g notin (h),i,!j')],
  ])('leaves to Elasticsearch what it can decide: %s', (_, condition) => {
    for (const isNegated of [false, true]) {
      const { filter, isExact } = filterQuery({ terms: [{ condition, isNegated }] });
      expect(isExact).toBe(true);
      expect(filter).toHaveLength(1);
    }
  });

  it.each<[string, LogCondition, number]>([
    ['a regular expression', { kind: 'regex', pattern: 'a+' }, 0],
    ['a very long text', { kind: 'exact', key: 'pod', values: ['x'.repeat(9000)] }, 0],
    ['no words', { kind: 'words', tokens: [] }, 0],
    ['half a character', { kind: 'words', tokens: ['a\ud83d'] }, 0],
    ['a label that is more', labels('a>1'), 1],
    ['a field with an odd name', field({ name: 'a\0b' }), 1],
    ['a field with a very long text', field({ value: 'x'.repeat(9000) }), 1],
  ])('narrows by what it knows of %s, and not at all by what is negated', (_, condition, queries) => {
    const plain = filterQuery({ terms: [{ condition, isNegated: false }] });
    expect({ isExact: plain.isExact, queries: plain.filter.length }).toEqual({ isExact: false, queries });
    expect(filterQuery({ terms: [{ condition, isNegated: true }] })).toEqual({ isExact: false, filter: [] });
  });

  it('always holds the namespaces that the caller may see', () => {
    const regex: LogCondition = { kind: 'regex', pattern: 'a' };
    for (const visibleNamespaces of [[], ['a', 'b']]) {
      const { filter } = filterQuery({ visibleNamespaces, terms: [{ condition: regex, isNegated: true }] });
      expect(filter).toEqual([{ terms: { 'kubernetes.namespace': visibleNamespaces } }]);
    }
  });
});
