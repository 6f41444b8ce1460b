import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { inputWords } from './input-words.js';

describe('the words for wrong input', () => {
  it.each([
    [z.string(), undefined, 'is missing: it must be a text'],
    [z.string(), 1, 'must be a text'],
    [z.coerce.number(), 'many', 'must be a number'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.boolean(), 'yes', 'must be true or false'],
    [z.object({}), [], 'must be an object'],
    [z.record(z.string(), z.string()), undefined, 'is missing: it must be an object'],
    [z.array(z.string()), {}, 'must be a list'],
    [z.enum(['black', 'white']), 'red', 'must be one of black, white'],
    [z.enum(['black', 'white']), undefined, 'is missing: it must be one of black, white'],
    [z.literal('wool'), 'milk', 'must be wool'],
    [z.number().max(1000), 1001, 'must be at most 1,000'],
    [z.number().positive(), 0, 'must be more than 0'],
    [z.string().min(1), '', 'must have at least 1 character'],
    [z.string().max(3), 'four', 'must have at most 3 characters'],
    [z.array(z.string()).max(2), ['a', 'b', 'c'], 'must have at most 2 items'],
    [z.uuid(), 'nothing', 'must be a UUID'],
    [z.string().regex(/^[a-z]+$/), 'A', 'must match /^[a-z]+$/'],
    [z.string().regex(/^[a-z]+$/, 'must be small letters'), 'A', 'must be small letters'],
    [z.number({ error: 'must be how many sheep' }), undefined, 'must be how many sheep'],
  ])('say what is wrong and what is allowed (%#)', (schema, value, words) => {
    expect(schema.safeParse(value, { error: inputWords }).error?.issues.map(({ message }) => message)).toEqual([words]);
  });
});
