import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { GC_CASES } from './gc.js';
import { runCases } from './run-cases.js';

const file = JSON.parse(readFileSync('src/gc/core/testdata/gc.json', 'utf8')) as Record<string, unknown>;
const cases = Object.entries(file).flatMap(([kind, list]) =>
  Array.isArray(list) ? (list as { id: string; name: string; expect: object }[]).map((one) => ({ kind, ...one })) : [],
);

describe('the golden cases of the kubelet', () => {
  it.each(cases)('$id: $name', ({ kind, ...given }) => {
    expect(runCases(GC_CASES, { [kind]: [given] })).toEqual({ passed: 1, failures: [] });
  });

  it('are all there', () => expect(cases.length).toBe(70));

  it.each(cases.filter(({ expect }) => 'remove' in expect))('$id would fail if more went', ({ kind, ...given }) => {
    const remove = ['another', ...(given.expect as { remove: string[] }).remove];
    const { passed, failures } = runCases(GC_CASES, { [kind]: [{ ...given, expect: { ...given.expect, remove } }] });
    expect({ passed, failures: failures.length }).toEqual({ passed: 0, failures: 1 });
  });

  it('fail by name when their kind is not known or they make no sense', () => {
    expect(
      runCases(GC_CASES, { about: 'x', new: [{ id: 'N-1', name: 'n' }], imageGc: [{ id: 'I-1', name: 'i' }] }),
    ).toEqual({
      passed: 0,
      failures: ['new N-1 (n): cases of this kind are not known', expect.stringMatching(/^imageGc I-1 \(i\): throws /)],
    });
  });
});
