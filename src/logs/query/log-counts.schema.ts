import { z } from 'zod';
import { count, text } from '../../platform/http/described.js';
import { durationField } from '../../platform/http/time-fields.js';
import { countKey } from './count-key-field.js';
import { filterFields } from './filter-fields.js';
import { answerFields } from './log-coverage.schema.js';
import { instantNs } from './log-line.schema.js';
import { logSpanFields } from './log-span-fields.js';

const MOST_VALUES = 100;
const MOST_KEYS = 20;

const valuesField = z.coerce
  .number()
  .int()
  .min(1)
  .max(MOST_VALUES)
  .default(10)
  .describe('The most values that are told apart, 1 to 100: those with the most lines.')
  .meta({ examples: [10] });

/** The parameters of a histogram. */
export const GetLogHistogram = z.strictObject({
  ...filterFields,
  ...logSpanFields,
  step: durationField(
    'The width of a bucket; buckets begin at multiples of it since 1970. Default: a round one that makes about 60 of them.',
    '1m',
  ).optional(),
  by: countKey
    .optional()
    .describe('What the counts are split by: `level`, `stream`, `namespace`, `workload`, ... or `field.<name>`.')
    .meta({ examples: ['level'] }),
  limit: valuesField,
});
export type GetLogHistogram = z.infer<typeof GetLogHistogram>;

const ValueCount = z
  .object({ value: text('The value.', 'error'), lines: count('Lines that have it.', 42) })
  .meta({ id: 'LogValueCount', description: 'How many lines have a value.' });

const LogBucket = z
  .object({
    from: instantNs('The start of the bucket; it ends where the next one begins.'),
    lines: count('Lines in it.', 57),
    values: z.array(ValueCount).optional().describe('How they split, with `by`; values without lines are left out.'),
    otherLines: count('With `by`: lines that have another value, or none.', 3).optional(),
  })
  .meta({ id: 'LogBucket', description: 'The lines of one step of time.' });

export const LogHistogramView = z
  .object({
    from: instantNs('The start of the span, as it was understood.'),
    to: instantNs('The end of the span, not included.'),
    stepMs: count('The width of a bucket, milliseconds.', 60_000),
    lines: count('All lines of the span.', 3120),
    values: z.array(ValueCount).optional().describe('With `by`: the values over the whole span, most lines first.'),
    buckets: z
      .array(LogBucket)
      .describe(
        'Every step of the span in its order, those without lines too. The first and the last may reach beyond it; only lines of the span count.',
      ),
    ...answerFields,
  })
  .meta({ id: 'LogHistogram', description: 'How many lines there were over time.' });
export type LogHistogramView = z.infer<typeof LogHistogramView>;

/** The parameters of facets. */
export const GetLogFacets = z.strictObject({
  ...filterFields,
  ...logSpanFields,
  key: z
    .union([countKey, z.array(countKey).min(1).max(MOST_KEYS)], {
      error: `must be level, stream, namespace, workload, ... or field.<name>; at most ${MOST_KEYS} by repeating it`,
    })
    .default(['level', 'namespace', 'workload', 'pod', 'container', 'node', 'stream'])
    .describe('What the lines are counted by; several by repeating it.')
    .meta({ examples: ['level'] }),
  limit: valuesField,
});
export type GetLogFacets = z.infer<typeof GetLogFacets>;

const LogFacet = z
  .object({
    key: text('What is counted.', 'level'),
    values: z.array(ValueCount).describe('The values with the most lines, most first; equal ones by value.'),
    otherLines: count('Lines with another value.', 12),
    absentLines: count('Lines without any.', 5),
  })
  .meta({ id: 'LogFacet', description: 'Which values lines have.' });

export const LogFacetsView = z
  .object({
    from: instantNs('The start of the span, as it was understood.'),
    to: instantNs('The end of the span, not included.'),
    facets: z.array(LogFacet).describe('One for each key, in the order that was asked for.'),
    ...answerFields,
  })
  .meta({ id: 'LogFacets', description: 'Which values the lines of a span have, and how often.' });
export type LogFacetsView = z.infer<typeof LogFacetsView>;

/** The parameters of a list of fields. */
export const ListLogFields = z.strictObject({
  ...filterFields,
  ...logSpanFields,
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(100)
    .describe('The most fields in the answer, 1 to 1,000.')
    .meta({ examples: [100] }),
});
export type ListLogFields = z.infer<typeof ListLogFields>;

const LogFieldView = z
  .object({
    name: text('The name: `field=<name>` asks for it, `field.<name>` counts by it.', 'http.status'),
    types: z
      .array(z.enum(['string', 'number', 'boolean']))
      .describe('Which kinds of values it has.')
      .meta({ examples: [['number']] }),
    lines: count('In how many of the lines that were looked at it stands.', 900),
  })
  .meta({ id: 'LogField', description: 'A field of structured lines.' });

export const LogFieldList = z
  .object({
    items: z.array(LogFieldView).describe('The fields, those in the most lines first.'),
    sampledLines: count(
      'How many lines were looked at: the newest that match, and not all where there are many.',
      1000,
    ),
    from: instantNs('The start of the span, as it was understood.'),
    to: instantNs('The end of the span, not included.'),
    ...answerFields,
  })
  .meta({ id: 'LogFieldList', description: 'Which fields structured lines have.' });
export type LogFieldList = z.infer<typeof LogFieldList>;
