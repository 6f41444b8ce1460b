import { z } from 'zod';
import { parseTime, TimeError } from '../core/time-range.js';
import { listOf, pageQuery } from '../platform/http/paging.js';

const outcome = z
  .enum(['started', 'succeeded', 'refused', 'failed'])
  .describe(
    '`started`: let in, and its end was never recorded (it runs, or the process died); `refused`: not let in; `failed`: let in and ended with an error.',
  )
  .meta({ examples: ['succeeded'] });

export const AuditEntry = z
  .object({
    id: z
      .string()
      .describe('The id of this row.')
      .meta({ examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'] }),
    at: z.iso
      .datetime()
      .describe('When the call came.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    finishedAt: z.iso
      .datetime()
      .optional()
      .describe('When it ended; absent while it is `started`.')
      .meta({ examples: ['2026-01-01T10:00:00.042Z'] }),
    callerKind: z
      .enum(['token', 'kubernetes', 'agent', 'unknown'])
      .describe('What called: one of our own tokens, a Kubernetes user, an agent, or somebody who was not let in.')
      .meta({ examples: ['token'] }),
    caller: z
      .string()
      .optional()
      .describe("The token's name, or the Kubernetes user name.")
      .meta({ examples: ['grafana'] }),
    tokenId: z
      .string()
      .optional()
      .describe('The id of the token.')
      .meta({ examples: ['3f9a1c0b7d2e4856'] }),
    operation: z
      .string()
      .optional()
      .describe('The id of the operation; absent for paths that are none.')
      .meta({ examples: ['createToken'] }),
    method: z
      .string()
      .describe('The HTTP method; `*` for calls that were only counted.')
      .meta({ examples: ['POST'] }),
    path: z
      .string()
      .describe('The path without its query; `*` for calls that were only counted.')
      .meta({ examples: ['/api/v1/tokens'] }),
    target: z
      .string()
      .optional()
      .describe('What the call is about: the parameters of the path.')
      .meta({ examples: ['token=3f9a1c0b7d2e4856'] }),
    outcome,
    status: z
      .int()
      .optional()
      .describe('The HTTP status of the answer.')
      .meta({ examples: [201] }),
    code: z
      .string()
      .optional()
      .describe('The code of the problem that was answered.')
      .meta({ examples: ['FORBIDDEN'] }),
    requestId: z
      .string()
      .describe('The id of the request.')
      .meta({ examples: ['01JD3M6Q4T8Y'] }),
    remoteAddress: z
      .string()
      .describe('Where the call came from.')
      .meta({ examples: ['10.0.0.9'] }),
    count: z
      .int()
      .describe(
        'How many calls this row stands for: more than one where refused calls of an address were only counted.',
      )
      .meta({ examples: [1] }),
  })
  .meta({ id: 'AuditEntry', description: 'Who did what, and how it ended.' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditList = listOf('AuditList', AuditEntry, 'Audited calls, newest first.');

const time = z
  .string()
  .max(64)
  .refine(isTime, 'must be a time such as 2026-01-01T10:00:00Z, now-15m or seconds since 1970')
  .optional();
const text = z
  .string()
  .regex(/^\P{C}+$/u, 'must not be empty or hold control characters')
  .max(256)
  .optional();

export const AuditQuery = z.strictObject({
  ...pageQuery,
  from: time.describe('Only calls at or after this instant.').meta({ examples: ['now-1h'] }),
  to: time.describe('Only calls before this instant.').meta({ examples: ['now'] }),
  caller: text.describe('Only calls of the caller of this name.').meta({ examples: ['grafana'] }),
  operation: text.describe('Only calls of this operation.').meta({ examples: ['createToken'] }),
  outcome: outcome.optional(),
  requestId: text.describe('Only the call with this request id.').meta({ examples: ['01JD3M6Q4T8Y'] }),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

function isTime(value: string): boolean {
  try {
    parseTime(value);
    return true;
  } catch (error) {
    if (error instanceof TimeError) return false;
    throw error;
  }
}
