import { z } from 'zod';
import { listOf, pageQuery } from '../../platform/http/paging.js';
import { text } from '../../platform/http/described.js';
import { filterFields } from './filter-fields.js';
import { answerFields } from './log-coverage.schema.js';
import { instantNs, LogLine } from './log-line.schema.js';
import { logSpanFields } from './log-span-fields.js';

export const orderField = z
  .enum(['newest', 'oldest'], { error: 'must be newest or oldest' })
  .default('newest')
  .describe('Which lines come first. Lines of one container that bear the same time keep their order.')
  .meta({ examples: ['oldest'] });

/** The parameters of a search. */
export const SearchLogs = z.strictObject({ ...filterFields, ...logSpanFields, order: orderField, ...pageQuery });
export type SearchLogs = z.infer<typeof SearchLogs>;

export const LogPageView = listOf('', LogLine, '')
  .extend({
    from: instantNs('The start of the span, as it was understood; each page of a list has the same.'),
    to: instantNs('The end of the span, not included.'),
    truncated: z
      .boolean()
      .describe('Whether the page is shorter than `limit` although there is more: go on with `nextCursor`.')
      .meta({ examples: [false] }),
    truncatedBecause: text(
      'Why it is shorter.',
      'The lines have more than 16777216 bytes (LOGS_ANSWER_MAX_BYTES).',
    ).optional(),
    ...answerFields,
  })
  .meta({ id: 'LogPage', description: 'Lines in the order that was asked for.' });
export type LogPageView = z.infer<typeof LogPageView>;
