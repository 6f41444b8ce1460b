import { z } from 'zod';
import { Coverage } from './coverage.schema.js';
import { TIERS } from './metric-store.port.js';

/** What every answer about metrics says of itself. Spread into an answer's `z.object`. */
export const completeness = {
  resolution: z
    .enum(TIERS)
    .describe(
      'How finely kept rows were read: `raw` is every collection, `5m` and `1h` are rolled up. The coarsest, when several were.',
    )
    .meta({ examples: ['raw'] }),
  resolutionMs: z
    .int()
    .describe('The width of such a row, in ms; of `raw` the time between two collections.')
    .meta({ examples: [60_000] }),
  coverage: Coverage.describe('How complete the collections are that this is made of.'),
  truncated: z
    .boolean()
    .describe('Whether there is more than this answer holds.')
    .meta({ examples: [false] }),
  truncatedBecause: z
    .string()
    .optional()
    .describe('Which limit cut the answer, and what to do; only when it is cut.')
    .meta({ examples: ['More than 1000 series match (QUERY_MAX_SERIES): select fewer objects.'] }),
  notes: z
    .array(z.string())
    .describe('What to know of the values: a step that was raised, percentiles that are of averages. Mostly empty.')
    .meta({ examples: [['The step is 5m: what is asked for is kept in rows of 5m.']] }),
  tookMs: z
    .int()
    .describe('How long it took, waiting included, in ms.')
    .meta({ examples: [12] }),
};

/** What a question was about, as answers repeat it. */
export const about = {
  metric: z
    .string()
    .describe("The metric's name in the catalogue.")
    .meta({ examples: ['cpu/usage_rate'] }),
  unit: z
    .string()
    .describe('The unit of the values.')
    .meta({ examples: ['millicores'] }),
};
