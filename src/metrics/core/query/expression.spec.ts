import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { evaluateExpression, type KnownSeries } from './evaluate-expression.js';
import { ExpressionError, idsOf, operationsOf, parseExpression } from './parse-expression.js';
import { unitOfExpression } from './unit-of-expression.js';

const pod = (name: string, labels: Record<string, string> = {}) =>
  ({ type: 'pod', namespace: 'shop', pod: name, podUid: name, node: 'n', labels }) as const;
const one = (object: KnownSeries['object'], ...values: (number | null)[]): KnownSeries => ({
  ...(object && { object }),
  points: values.map((value, step) => [step, value] as const),
});

function compute(text: string, series: Record<string, KnownSeries[]>): KnownSeries[] {
  return evaluateExpression(parseExpression(text, 20), (id) => series[id] ?? []);
}

/** The value of an expression of numbers, taken from a series of one zero. */
const valueOf = (text: string): number | null | undefined =>
  compute(`zero + (${text})`, { zero: [one({ type: 'cluster' }, 0)] })[0]?.points[0]?.[1];

describe('an expression', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['8 - 4 - 2', 2],
    ['16 / 4 / 2', 2],
    ['-2 * -3', 6],
    ['- (1 + 1)', -2],
    ['1.5e3', 1500],
    ['2*(3-(4-5))', 8],
  ])('%s is %d', (text, expected) => {
    expect(valueOf(text)).toBe(expected);
  });

  it.each([
    ['', /position 0: found the end, expected a number/],
    ['a +', /position 3: found the end/],
    ['a b', /position 2: found b, expected an operator/],
    ['(a', /position 2: found the end, expected a closing/],
    ['a)', /position 1: found \)/],
    ['a % b', /position 2: "%" has no meaning/],
    ['*a', /position 0: found \*/],
    ['1.2.3', /position 3: "\."/],
  ])('%j is refused', (text, message) => {
    expect(() => parseExpression(text, 20)).toThrow(ExpressionError);
    expect(() => parseExpression(text, 20)).toThrow(message);
  });

  it('may be as deep as it may be, and not deeper', () => {
    const deep = (depth: number): string => `${'('.repeat(depth)}a${')'.repeat(depth)}`;
    expect(() => parseExpression(deep(2), 3)).not.toThrow();
    expect(() => parseExpression(deep(3), 3)).not.toThrow();
    expect(() => parseExpression(deep(4), 3)).toThrow('position 3: is more than 3 deep');
    expect(() => parseExpression('---a', 3)).not.toThrow();
    expect(() => parseExpression('----a', 3)).toThrow('more than 3 deep');
  });

  it('names its queries, each once', () => {
    expect(idsOf(parseExpression('a / (b + a) * 2', 5))).toEqual(['a', 'b']);
    expect(operationsOf(parseExpression('a / (b + -a) * 2', 5))).toBe(4);
    expect(operationsOf(parseExpression('a', 5))).toBe(0);
  });

  it.each<[string, string | undefined]>([
    ['a / b', 'ratio'],
    ['a / b * 100', 'ratio'],
    ['a - b', 'bytes'],
    ['a + 5', 'bytes'],
    ['-a', 'bytes'],
    ['a / 1024', 'bytes'],
    ['2 * a', 'bytes'],
    ['r * a', 'bytes'],
    ['a * r', 'bytes'],
    ['a / r', 'bytes'],
    ['a + c', undefined],
    ['a * b', undefined],
    ['a / c', undefined],
    ['1 / a', undefined],
    ['1 / r', undefined],
    ['(a + c) / a', undefined],
  ])('%s has the unit %s', (text, expected) => {
    const units: Record<string, string> = { a: 'bytes', b: 'bytes', c: 'millicores', r: 'ratio' };
    expect(unitOfExpression(parseExpression(text, 5), (id) => units[id])).toBe(expected);
  });
});

describe('arithmetic between series', () => {
  it('puts series of one object together, whatever its labels, and leaves out what has no other side', () => {
    const a = [one(pod('web'), 10, 20), one(pod('cart'), 5)];
    const b = [one(pod('web', { app: 'new' }), 100, 40), one(pod('vault'), 1)];
    expect(compute('a / b', { a, b })).toEqual([
      {
        object: pod('web'),
        points: [
          [0, 0.1],
          [1, 0.5],
        ],
      },
    ]);
  });

  it('gives a gap, never a zero or an infinity, where a side is missing or zero divides', () => {
    const a = [one(pod('web'), 10, 20, null, 0, 1e308)];
    const b = [one(pod('web'), 0, null, 5, 0, 1e-308)];
    expect(compute('a / b', { a, b })).toEqual([{ object: pod('web'), points: [] }]);
    expect(compute('1 / (a - a)', { a })).toEqual([{ object: pod('web'), points: [] }]);
  });

  it('lets the one series of everything go with each of the other side', () => {
    const pods = [one(pod('web'), 10), one(pod('cart'), 30)];
    const whole = [one({ type: 'cluster' }, 100)];
    const grouped: KnownSeries[] = [{ group: {}, points: [[0, 100]] }];
    for (const all of [whole, grouped]) {
      expect(compute('pods / all', { pods, all }).map(({ object, points }) => [object?.pod, points[0]?.[1]])).toEqual([
        ['web', 0.1],
        ['cart', 0.3],
      ]);
      expect(compute('all - pods', { pods, all }).map(({ object, points }) => [object?.pod, points[0]?.[1]])).toEqual([
        ['web', 90],
        ['cart', 70],
      ]);
    }
    expect(compute('all + all', { all: whole })).toEqual([{ object: { type: 'cluster' }, points: [[0, 200]] }]);
  });

  it('takes one series of one object for that object alone', () => {
    expect(compute('a / b', { a: [one(pod('web'), 1), one(pod('cart'), 1)], b: [one(pod('web'), 2)] })).toHaveLength(1);
  });

  it('puts groups together by what they have in common, and a namespace with its group', () => {
    const a: KnownSeries[] = [
      { group: { namespace: 'shop' }, points: [[0, 1]] },
      { group: { namespace: 'bank' }, points: [[0, 2]] },
    ];
    const b: KnownSeries[] = [{ object: { type: 'ns', namespace: 'bank' }, points: [[0, 4]] }];
    expect(compute('a / b', { a, b })).toEqual([{ group: { namespace: 'bank' }, points: [[0, 0.5]] }]);
  });

  it('does not take the group that lacks a label for the group of everything', () => {
    const tier = (value?: string): KnownSeries => ({
      ...one(undefined, 4),
      group: value === undefined ? {} : { 'label:tier': value },
      groupedBy: ['label:tier'],
    });
    const computed = compute('a / b', { a: [tier('db'), tier('web')], b: [tier()] });
    expect(computed).toEqual([]);
    const same = compute('a / b', { a: [tier('db'), tier()], b: [tier()] });
    expect(same).toEqual([{ group: {}, points: [[0, 1]] }]);
  });

  it('never gives what is no number', () => {
    const value = fc.oneof(fc.constant(0), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));
    const text = fc.constantFrom('a / b', 'a * b', 'a / (a - b)', '(a + b) / b * a', 'a - b / 0');
    fc.assert(
      fc.property(fc.array(value), fc.array(value), text, (left, right, expression) => {
        const [series] = compute(expression, { a: [one(pod('x'), ...left)], b: [one(pod('x'), ...right)] });
        expect(series?.points.every(([, computed]) => Number.isFinite(computed))).toBe(true);
      }),
    );
  });
});
