import { z } from 'zod';
import { OBJECT_TYPES } from './core/sample.js';
import { about, completeness } from './metric-completeness.schema.js';
import { MetricObject } from './metric-object.schema.js';
import { AGGREGATIONS } from './metric-store.port.js';
import { checkQuestion, questionFields } from './query/question-fields.js';
import { durationField, instantField, optionalInstantField } from '../platform/http/time-fields.js';

const LIMIT = 'The most objects in the answer; at most, and unless given, `QUERY_MAX_SERIES`.';
const limitField = z.coerce.number().int().min(1);
const cursorField = z
  .string()
  .max(200)
  .optional()
  .describe('`nextCursor` of the answer before, to the same question. The instants stay those of the first page.')
  .meta({ examples: ['WzE3NjcyNjE2MDAwMDAsMTBd'] });
const lookbackField = durationField(
  'How old a value may be at `at`; default: three resolutions, at least 45 s.',
  '3m',
).optional();
const AT = { description: 'The instant that is asked for, in the forms of `from` of a range query.', example: 'now' };

/** The parameters of the newest values. */
export const InstantMetrics = z
  .strictObject({
    ...questionFields,
    at: instantField({ fallback: 'now', ...AT }),
    lookback: lookbackField,
    limit: limitField
      .optional()
      .describe(LIMIT)
      .meta({ examples: [100] }),
    cursor: cursorField,
  })
  .superRefine(checkQuestion);
export type InstantMetrics = z.infer<typeof InstantMetrics>;

export const TOP_ORDERS = ['desc', 'asc', 'name'] as const;

/** The parameters of a top list. */
export const TopMetrics = z
  .strictObject({
    ...questionFields,
    at: optionalInstantField({ ...AT, description: `${AT.description} Default: now.` }),
    lookback: lookbackField,
    from: optionalInstantField({
      description: 'Orders by a span instead of the newest values: its start, in the forms of `from` of a range query.',
      example: 'now-1d',
    }),
    to: optionalInstantField({ description: 'The end of the span; default: now.', example: 'now' }),
    aggregation: z
      .enum(AGGREGATIONS, { error: `must be one of ${AGGREGATIONS.join(', ')}` })
      .optional()
      .describe('How the samples of the span become one value; `avg` unless given. Only with `from`.')
      .meta({ examples: ['p95'] }),
    limit: limitField
      .default(10)
      .describe('How many objects; at most `QUERY_MAX_SERIES`.')
      .meta({ examples: [10] }),
    cursor: cursorField,
    order: z
      .enum(TOP_ORDERS, { error: `must be one of ${TOP_ORDERS.join(', ')}` })
      .default('desc')
      .describe(
        '`desc`: the greatest values first; `asc`: the smallest; `name`: by namespace, node, pod, container, resource and uid. Equal values are in the order of `name`.',
      )
      .meta({ examples: ['desc'] }),
  })
  .superRefine(checkQuestion)
  .superRefine(({ from, to, aggregation, at, lookback }, context) => {
    const wrong = from === undefined ? { to, aggregation } : { at, lookback };
    const rule = from === undefined ? 'needs from: it is for a span' : 'is for the newest values: give it or from';
    for (const [field, value] of Object.entries(wrong)) {
      if (value !== undefined) context.addIssue({ code: 'custom', path: [field], message: rule });
    }
  });
export type TopMetrics = z.infer<typeof TopMetrics>;

const MetricValue = z
  .object({
    object: MetricObject.describe('What it is about.'),
    time: z.iso
      .datetime()
      .describe('The cycle that the value stems from; of a span its start.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    ageMs: z
      .int()
      .optional()
      .describe('How old the value is at the instant that was asked for, in ms; absent for a span.')
      .meta({ examples: [24_500] }),
    value: z
      .number()
      .describe('The value, in the unit of the metric.')
      .meta({ examples: [412.5] }),
    integer: z
      .int()
      .optional()
      .describe('The whole millicores, cut off as Heapster gave them; only for values in millicores.')
      .meta({ examples: [412] }),
  })
  .meta({ id: 'MetricValue', description: "One object's value." });

/** The answer to a question for the newest values or for a top list. */
export const MetricValues = z
  .object({
    ...about,
    object: z
      .enum(OBJECT_TYPES)
      .describe('The type of the objects.')
      .meta({ examples: ['pod'] }),
    at: z.iso
      .datetime()
      .optional()
      .describe('The instant that was asked for; absent for a span.')
      .meta({ examples: ['2026-01-01T10:00:24.500Z'] }),
    lookbackMs: z
      .int()
      .optional()
      .describe('How old a value may be, in ms; absent for a span.')
      .meta({ examples: [180_000] }),
    from: z.iso
      .datetime()
      .optional()
      .describe('The start of the span, included, on whole rows of the resolution; absent for the newest values.')
      .meta({ examples: ['2026-01-01T00:00:00.000Z'] }),
    to: z.iso
      .datetime()
      .optional()
      .describe('The end of the span, not included.')
      .meta({ examples: ['2026-01-02T00:00:00.000Z'] }),
    aggregation: z
      .enum(AGGREGATIONS)
      .optional()
      .describe('How the samples of the span became one value.')
      .meta({ examples: ['p95'] }),
    items: z
      .array(MetricValue)
      .describe('By namespace, node, pod, container, resource and uid, or in the order of a top list.'),
    nextCursor: z
      .string()
      .optional()
      .describe('Give it as `cursor` to get what follows; absent at the end.')
      .meta({ examples: ['WzE3NjcyNjE2MDAwMDAsMTBd'] }),
    ...completeness,
  })
  .meta({ id: 'MetricValues', description: 'One value of a metric for each object.' });
export type MetricValues = z.infer<typeof MetricValues>;
