import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { unfoldUnion } from './unfold-union.js';

const Pattern = z.union([
  z.strictObject({ glob: z.string() }),
  z.strictObject({ regex: z.string().refine((text) => text !== '(', 'is no regular expression') }),
]);
const Every = z.union([
  z.strictObject({ every: z.union([z.literal('1m'), z.strictObject({ minutes: z.number().max(60, 'is over 60') })]) }),
  z.literal('preset'),
]);

describe('mistakes in one of several forms', () => {
  it.each([
    ['the form that was meant', Pattern, { regex: '(' }, [[['a', 'regex'], 'is no regular expression']]],
    ['a form in a form', Every, { every: { minutes: 61 } }, [[['a', 'every', 'minutes'], 'is over 60']]],
    [
      'what each would have taken',
      Every,
      'daily',
      [[['a'], 'Invalid input: expected object, received string, or Invalid input: expected "preset"']],
    ],
    [
      'the words of the schema itself',
      z.union([z.number(), z.null()], 'must be a number'),
      'x',
      [[['a'], 'must be a number']],
    ],
    ['what is no union', z.number(), 'x', [[['a'], 'Invalid input: expected number, received string']]],
  ])('are told of %s', (_what, schema, a, told) => {
    const { error } = z.object({ a: schema as z.ZodType }).safeParse({ a });
    const issues = error?.issues.flatMap(unfoldUnion) ?? [];
    expect(issues.map(({ path, message }) => [path, message])).toEqual(told);
  });
});
