import { z } from 'zod';
import { filterFields } from '../query/filter-fields.js';
import { logTimeField } from '../query/log-span-fields.js';

/** The parameters of a stream. */
export const StreamLogs = z.strictObject({
  ...filterFields,
  tail: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(100)
    .describe('How many stored lines come first, 0 to 1,000: the newest that match.')
    .meta({ examples: [100] }),
  from: logTimeField({
    fallback: '-1h',
    description:
      'How far back those are looked for: RFC 3339, seconds or milliseconds since 1970, `now-15m` or `-15m`.',
    example: '-1d',
  }),
});
export type StreamLogs = z.infer<typeof StreamLogs>;
