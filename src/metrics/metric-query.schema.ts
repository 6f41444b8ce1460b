import { z } from 'zod';
import { Coverage } from './coverage.schema.js';
import { OBJECT_TYPES } from './core/sample.js';
import { MetricObject } from './metric-object.schema.js';
import { checkQuestion, questionFields } from './query/question-fields.js';
import { durationField, instantBodyField, instantField } from './query/time-fields.js';

const AGGREGATIONS = ['avg', 'min', 'max', 'sum', 'last'] as const;
const FROM = {
  fallback: '-1h',
  description:
    'The start of the range, included: RFC 3339, seconds or milliseconds since 1970, `now`, `now-15m` or `-15m`.',
  example: 'now-6h',
};
const TO = {
  fallback: 'now',
  description: 'The end of the range, not included; in the same forms as `from`.',
  example: 'now',
};

const rangeFields = {
  step: durationField(
    'The width of a point. Steps stand on multiples of their width since 1970. Default: a round width of at most 300 points a series, no finer than the resolution.',
    '5m',
  ).optional(),
  aggregation: z
    .enum(AGGREGATIONS, { error: `must be one of ${AGGREGATIONS.join(', ')}` })
    .default('avg')
    .describe('How the samples of an object in one step become its point.')
    .meta({ examples: ['avg'] }),
};

const limitField = (input: z.ZodType<number>, what: string) => input.optional().describe(what);
const queryLimit = z.coerce.number().int().min(1);
const SERIES_LIMIT = 'The most series in the answer; at most, and unless given, `QUERY_MAX_SERIES`.';

/** The parameters of a range query. */
export const QueryMetrics = z
  .strictObject({
    ...questionFields,
    from: instantField(FROM),
    to: instantField(TO),
    ...rangeFields,
    limit: limitField(queryLimit, SERIES_LIMIT).meta({ examples: [50] }),
  })
  .superRefine(checkQuestion);
export type QueryMetrics = z.infer<typeof QueryMetrics>;

/** The same as a body. */
export const MetricQuery = z
  .strictObject({
    ...questionFields,
    from: instantBodyField(FROM),
    to: instantBodyField(TO),
    ...rangeFields,
    limit: limitField(z.int().min(1), SERIES_LIMIT).meta({ examples: [50] }),
  })
  .superRefine(checkQuestion)
  .meta({ id: 'MetricQuery', description: 'Which metric of which objects, over which time and how fine.' });
export type MetricQuery = z.infer<typeof MetricQuery>;

const instantFields = {
  ...questionFields,
  at: instantField({
    fallback: 'now',
    description: 'The instant that is asked for, in the forms of `from` of a range query.',
    example: 'now',
  }),
  lookback: durationField(
    'How old a value may be at `at`; default: three resolutions, at least 45 s.',
    '3m',
  ).optional(),
};

/** The parameters of the newest values. */
export const InstantMetrics = z
  .strictObject({
    ...instantFields,
    limit: limitField(
      queryLimit,
      'The most objects in the answer; at most, and unless given, `QUERY_MAX_SERIES`.',
    ).meta({
      examples: [100],
    }),
  })
  .superRefine(checkQuestion);
export type InstantMetrics = z.infer<typeof InstantMetrics>;

/** The parameters of a top list. */
export const TopMetrics = z
  .strictObject({
    ...instantFields,
    limit: queryLimit
      .default(10)
      .describe('How many objects; at most `QUERY_MAX_SERIES`.')
      .meta({ examples: [10] }),
    order: z
      .enum(['desc', 'asc'], { error: 'must be one of desc, asc' })
      .default('desc')
      .describe('`desc`: the greatest values first; `asc`: the smallest.')
      .meta({ examples: ['desc'] }),
  })
  .superRefine(checkQuestion);
export type TopMetrics = z.infer<typeof TopMetrics>;

const about = {
  metric: z
    .string()
    .describe("The metric's name in the catalogue.")
    .meta({ examples: ['cpu/usage_rate'] }),
  unit: z
    .string()
    .describe('The unit of the values.')
    .meta({ examples: ['millicores'] }),
  object: z
    .enum(OBJECT_TYPES)
    .describe('The type of the objects.')
    .meta({ examples: ['pod'] }),
};
const completeness = {
  resolutionMs: z
    .int()
    .describe('The time between two collections, in ms.')
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
};

const MetricPoint = z
  .object({
    time: z.iso
      .datetime()
      .describe('The start of the step.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    value: z
      .number()
      .describe('The value, in the unit of the metric.')
      .meta({ examples: [412.5] }),
  })
  .meta({ id: 'MetricPoint', description: 'One step of a series.' });

const MetricSeries = z
  .object({
    object: MetricObject.describe('What it is about.'),
    points: z
      .array(MetricPoint)
      .describe('By time. A step in which nothing was measured is absent: a gap is never a zero.'),
  })
  .meta({ id: 'MetricSeries', description: "One object's values over time." });

/** The answer to a range query. */
export const MetricRange = z
  .object({
    ...about,
    aggregation: z
      .enum(AGGREGATIONS)
      .describe('How samples became points.')
      .meta({ examples: ['avg'] }),
    from: z.iso
      .datetime()
      .describe('The start of the range, included.')
      .meta({ examples: ['2026-01-01T04:00:00.000Z'] }),
    to: z.iso
      .datetime()
      .describe('The end of the range, not included.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    stepMs: z
      .int()
      .describe(
        'The width of a point, in ms. The first step may begin before `from`, and the last end after `to`; they hold what is inside of the range.',
      )
      .meta({ examples: [120_000] }),
    series: z.array(MetricSeries).describe('By namespace, node, pod, container, resource and uid.'),
    ...completeness,
  })
  .meta({ id: 'MetricRange', description: 'Series of one metric.' });
export type MetricRange = z.infer<typeof MetricRange>;

const MetricValue = z
  .object({
    object: MetricObject.describe('What it is about.'),
    time: z.iso
      .datetime()
      .describe('The cycle that the value stems from.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    ageMs: z
      .int()
      .describe('How old the value is at the instant that was asked for, in ms.')
      .meta({ examples: [24_500] }),
    value: z
      .number()
      .describe('The value, in the unit of the metric.')
      .meta({ examples: [412.5] }),
  })
  .meta({ id: 'MetricValue', description: "One object's newest value." });

/** The answer to a question for the newest values or for a top list. */
export const MetricValues = z
  .object({
    ...about,
    at: z.iso
      .datetime()
      .describe('The instant that was asked for.')
      .meta({ examples: ['2026-01-01T10:00:24.500Z'] }),
    lookbackMs: z
      .int()
      .describe('How old a value may be, in ms.')
      .meta({ examples: [180_000] }),
    items: z
      .array(MetricValue)
      .describe(
        'The newest values: by namespace, node, pod, container, resource and uid, or in the order of a top list.',
      ),
    ...completeness,
  })
  .meta({ id: 'MetricValues', description: 'The newest value of one metric for each object.' });
export type MetricValues = z.infer<typeof MetricValues>;
