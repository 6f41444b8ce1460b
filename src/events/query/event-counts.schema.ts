import { z } from 'zod';
import { count, instant, text } from '../../platform/http/described.js';
import { EVENT_KEYS } from '../core/event-filter.js';
import { EventCoverageView } from './event.schema.js';

const key = z
  .enum(EVENT_KEYS)
  .describe('What is counted by.')
  .meta({ examples: ['reason'] });

const bounded = {
  truncated: z
    .boolean()
    .describe('Whether only the newest part is counted.')
    .meta({ examples: [false] }),
  truncatedBecause: text('Why it was cut.', 'more than 250000 rows would have to be read').optional(),
  coverage: EventCoverageView,
};

const EventBucket = z
  .object({
    at: instant('Start of the step.'),
    occurrences: count('How often events occurred.', 40),
    events: count('How many events that were.', 3),
    values: z
      .record(z.string(), z.int())
      .optional()
      .describe('Occurrences by the values of `by`; the rest of `occurrences` lacks it or has another value.')
      .meta({ examples: [{ BackOff: 38 }] }),
  })
  .meta({ id: 'EventBucket', description: 'What occurred in one step.' });

export const EventHistogram = z
  .object({
    from: instant('Start of the first step.'),
    to: instant('End of the range.'),
    stepMs: count('Width of a step, ms.', 60_000),
    by: key.optional(),
    values: z
      .array(z.string())
      .optional()
      .describe('The values that are shown, most occurrences first.')
      .meta({ examples: [['BackOff']] }),
    buckets: z.array(EventBucket).describe('By time; a step in which nothing occurred is absent.'),
    ...bounded,
  })
  .meta({ id: 'EventHistogram', description: 'Events counted over time.' });
export type EventHistogram = z.infer<typeof EventHistogram>;

export const EventFacets = z
  .object({
    from: instant('Start of the range.'),
    to: instant('End of the range.'),
    facets: z
      .array(
        z
          .object({
            key,
            values: z
              .array(
                z
                  .object({ value: text('A value.', 'BackOff'), events: count('How many events have it.', 3) })
                  .meta({ id: 'EventFacetValue', description: 'A value and how many events have it.' }),
              )
              .describe('Most events first.'),
          })
          .meta({ id: 'EventFacet', description: 'The values with the most events of one key.' }),
      )
      .describe('In the order in which they were asked.'),
    ...bounded,
  })
  .meta({ id: 'EventFacets', description: 'The values with the most events, by key.' });
export type EventFacets = z.infer<typeof EventFacets>;
