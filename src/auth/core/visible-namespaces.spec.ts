import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, option, property } from 'fast-check';
import { visibleNamespaces } from './visible-namespaces.js';

describe('visibleNamespaces', () => {
  it.each([
    [undefined, undefined, { allowed: true, because: 'the caller may see all namespaces' }],
    [
      undefined,
      'a',
      { allowed: true, because: 'the caller may see all namespaces and asks for one', namespaces: ['a'] },
    ],
    [['a', 'b'], undefined, { allowed: true, because: 'the caller sees its namespaces alone', namespaces: ['a', 'b'] }],
    [['a', 'b'], '', { allowed: true, because: 'the caller sees its namespaces alone', namespaces: ['a', 'b'] }],
    [['a', 'b'], 'b', { allowed: true, because: "the namespace is among the caller's", namespaces: ['b'] }],
    [['a', 'b'], 'c', { allowed: false, because: "namespace c is not among the caller's" }],
    [[], undefined, { allowed: true, because: 'the caller sees its namespaces alone', namespaces: [] }],
    [[], 'a', { allowed: false, because: "namespace a is not among the caller's" }],
  ])('a caller of %j that asks for %j: %j', (namespaces, requested, expected) => {
    expect(visibleNamespaces(namespaces ? { namespaces } : {}, requested)).toEqual(expected);
  });

  it('never shows a limited caller anything else', () => {
    const name = constantFrom<string[]>('a', 'b', 'c', 'd', '');
    assert(
      property(array(name), option(name, { nil: undefined }), (namespaces, requested) => {
        const visible = visibleNamespaces({ namespaces }, requested);
        if (visible.allowed) expect(visible.namespaces?.every((shown) => namespaces.includes(shown))).toBe(true);
      }),
    );
  });
});
