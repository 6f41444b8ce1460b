import { z } from 'zod';

const INSTANT = '2026-01-05T09:30:00.000Z';

/** Instant in RFC 3339, UTC with milliseconds. */
export const instant = (description: string) =>
  z
    .string()
    .describe(description)
    .meta({ format: 'date-time', examples: [INSTANT] });

/** How old an answer is: answers go on while the API server is away. Spread into the answer's schema. */
export const freshness = {
  asOf: instant('The instant that this answer is as of: now while the API server can be followed.'),
  staleSeconds: z
    .number()
    .describe('How long ago that was, in seconds; 0 while the API server can be followed.')
    .meta({ examples: [0] }),
};

export const WatchReport = z
  .object({
    resource: z
      .string()
      .describe('What is followed, as the Kubernetes API calls it.')
      .meta({ examples: ['pods'] }),
    state: z
      .enum(['starting', 'live', 'behind'])
      .describe(
        '`starting`: not read yet; `live`: changes come in as they happen; `behind`: cannot be followed at the moment.',
      )
      .meta({ examples: ['live'] }),
    since: instant('Since when it is in this state.'),
    lastContact: instant('When the API server last said anything about it.').optional(),
    count: z
      .int()
      .describe('How many objects are held.')
      .meta({ examples: [312] }),
    reason: z
      .string()
      .optional()
      .describe('Why it is behind.')
      .meta({ examples: ['GET /api/v1/pods: connect ECONNREFUSED 10.0.0.1:443'] }),
  })
  .meta({ id: 'WatchReport', description: 'How fresh the view of one kind of object is.' });
export type WatchReport = z.infer<typeof WatchReport>;
