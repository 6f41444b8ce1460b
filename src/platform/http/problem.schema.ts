import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../errors.js';

const codes = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** An RFC 9457 problem document. */
export const Problem = z
  .object({
    type: z
      .string()
      .describe('A name for this kind of problem.')
      .meta({ examples: ['urn:quartermaster:problem:NOT_FOUND'] }),
    title: z
      .string()
      .describe('What kind of problem it is, the same for every occurrence.')
      .meta({ examples: [PROBLEMS.NOT_FOUND.title] }),
    status: z
      .int()
      .describe('The HTTP status.')
      .meta({ examples: [404] }),
    detail: z
      .string()
      .optional()
      .describe('What is wrong this time, and how to mend it.')
      .meta({ examples: ['There is no node "node-9".'] }),
    code: z
      .enum(codes)
      .describe('The kind of problem, for programs.')
      .meta({ examples: ['NOT_FOUND'] }),
    requestId: z
      .string()
      .describe('The id of this request, as in the log and the `X-Request-Id` header.')
      .meta({ examples: ['01JD3M6Q4T8Y'] }),
    errors: z
      .array(
        z
          .object({
            pointer: z
              .string()
              .describe('Which part of the input: a parameter, or a JSON pointer into the body.')
              .meta({ examples: ['step'] }),
            detail: z
              .string()
              .describe('What is wrong with it and what is allowed.')
              .meta({ examples: ['must be a duration such as 30s'] }),
          })
          .meta({ id: 'InputError', description: 'One thing that is wrong with the input.' }),
      )
      .optional()
      .describe('Each thing that is wrong with the input.'),
  })
  .meta({ id: 'Problem', description: 'An error, as RFC 9457 describes it.' });
