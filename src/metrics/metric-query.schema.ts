import { z } from 'zod';
import { OBJECT_TYPES } from './core/sample.js';
import { Coverage } from './coverage.schema.js';
import { about, completeness } from './metric-completeness.schema.js';
import { MetricObject } from './metric-object.schema.js';
import { AGGREGATIONS, GROUP_AGGREGATIONS } from './metric-store.port.js';
import {
  checkMetrics,
  checkQuestion,
  metricsField,
  MOST_METRICS,
  objectFields,
  questionFields,
} from './query/question-fields.js';
import {
  acrossField,
  aggregationField,
  fillField,
  groupByBodyField,
  groupByField,
  offsetField,
  stepField,
} from './query/range-fields.js';
import { spanBodyFields, spanFields, timeZoneField } from './query/time-span-fields.js';

const SERIES_LIMIT =
  'The most series of each metric in the answer; at most, and unless given, `QUERY_MAX_SERIES`, of groups `QUERY_MAX_GROUPS`.';
const POINTS_LIMIT = 'The most points of a series, instead of `step`; at most `QUERY_MAX_POINTS`.';
const ID = /^[A-Za-z]\w{0,31}$/;
const idField = z
  .string()
  .regex(ID, 'must be a letter, and at most 31 letters, digits or _ after it')
  .meta({ examples: ['usage'] });
const expressionText = z
  .string()
  .min(1, 'must not be empty')
  .meta({ examples: ['usage / request'] });

/** The parameters of a range query. */
export const QueryMetrics = z
  .strictObject({
    metric: metricsField,
    ...objectFields,
    aggregation: aggregationField,
    groupBy: groupByField,
    across: acrossField,
    offset: offsetField,
    expression: expressionText
      .optional()
      .describe(
        'Computes with the metrics, which are `a`, `b`, `c` … in their order: `+ - * /`, numbers and parentheses.',
      )
      .meta({ examples: ['a / b'] }),
    ...spanFields,
    step: stepField,
    maxPoints: z.coerce
      .number()
      .int()
      .min(2)
      .optional()
      .describe(POINTS_LIMIT)
      .meta({ examples: [500] }),
    fill: fillField,
    timeZone: timeZoneField,
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .optional()
      .describe(SERIES_LIMIT)
      .meta({ examples: [50] }),
  })
  .superRefine(checkMetrics);
export type QueryMetrics = z.infer<typeof QueryMetrics>;

const BodyQuery = z
  .strictObject({
    id: idField
      .optional()
      .describe('How expressions and the answer call it; unless given `a`, `b`, `c` … by its place.'),
    ...questionFields,
    aggregation: aggregationField,
    groupBy: groupByBodyField,
    across: acrossField,
    offset: offsetField,
    limit: z
      .int()
      .min(1)
      .optional()
      .describe(SERIES_LIMIT)
      .meta({ examples: [50] }),
  })
  .superRefine(checkQuestion)
  .meta({ id: 'MetricQuestion', description: 'Which metric of which objects, and how it is put together.' });

const BodyExpression = z
  .strictObject({
    id: idField.describe('How the answer calls it.'),
    expression: expressionText.describe('Computes with the queries by their ids: `+ - * /`, numbers and parentheses.'),
  })
  .meta({ id: 'MetricExpression', description: 'Arithmetic between the series of queries.' });

/** A body has room for thousands, and each is looked at closely: too many are refused before any is. */
function requireFew(list: unknown, context: z.RefinementCtx): unknown {
  if (!Array.isArray(list) || list.length <= MOST_METRICS) return list;
  context.addIssue({ code: 'custom', message: `must be at most ${MOST_METRICS}` });
  return z.NEVER;
}

/** The same and more as a body. */
export const MetricQuery = z
  .strictObject({
    queries: z
      .preprocess(requireFew, z.array(BodyQuery).min(1, 'must hold one query at least'))
      .describe('What is asked for; at most `QUERY_MAX_QUERIES` with the expressions.'),
    expressions: z.array(BodyExpression).default([]).describe('What is computed with it.'),
    ...spanBodyFields,
    step: stepField,
    maxPoints: z
      .int()
      .min(2)
      .optional()
      .describe(POINTS_LIMIT)
      .meta({ examples: [500] }),
    fill: fillField,
    timeZone: timeZoneField,
  })
  .meta({ id: 'MetricQuery', description: 'Several metrics over one span, and what is computed with them.' });
export type MetricQuery = z.infer<typeof MetricQuery>;

const MetricPoint = z
  .object({
    time: z.iso
      .datetime()
      .describe('The start of the step.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    value: z
      .number()
      .nullable()
      .describe('The value, in the unit of the result; null only where gaps are filled with it.')
      .meta({ examples: [412.5] }),
  })
  .meta({ id: 'MetricPoint', description: 'One step of a series.' });

const MetricSeries = z
  .object({
    object: MetricObject.optional().describe('What it is about; absent for a group.'),
    group: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        'What the objects of the group have in common, by the fields of `groupBy`; one that they lack is absent.',
      )
      .meta({ examples: [{ namespace: 'shop', workload: 'Deployment/web' }] }),
    objects: z
      .int()
      .optional()
      .describe('How many objects the group has in the range.')
      .meta({ examples: [12] }),
    points: z
      .array(MetricPoint)
      .describe(
        'By time. A step in which nothing was measured is absent unless `fill` says otherwise: a gap is never a zero.',
      ),
  })
  .meta({ id: 'MetricSeries', description: 'The values of one object or group over time.' });

const MetricResult = z
  .object({
    id: z
      .string()
      .describe('The id of the query or expression.')
      .meta({ examples: ['a'] }),
    metric: about.metric.optional(),
    expression: z
      .string()
      .optional()
      .describe('What was computed, where it is no metric.')
      .meta({ examples: ['usage / request'] }),
    unit: about.unit
      .optional()
      .describe('The unit of the values; absent where what is computed has none that has a name.'),
    object: z
      .enum(OBJECT_TYPES)
      .optional()
      .describe('The type of the objects.')
      .meta({ examples: ['pod'] }),
    aggregation: z
      .enum(AGGREGATIONS)
      .optional()
      .describe('How samples became points.')
      .meta({ examples: ['avg'] }),
    groupBy: z
      .array(z.string())
      .optional()
      .describe('By what objects were put together.')
      .meta({ examples: [['namespace']] }),
    across: z
      .enum(GROUP_AGGREGATIONS)
      .optional()
      .describe("How the points of a group's objects became one.")
      .meta({ examples: ['sum'] }),
    offsetMs: z
      .int()
      .optional()
      .describe('How much earlier the values are than their times say, in ms.')
      .meta({ examples: [604_800_000] }),
    resolution: completeness.resolution,
    resolutionMs: completeness.resolutionMs,
    series: z
      .array(MetricSeries)
      .describe('By namespace, node, pod, container, resource and uid; groups by their key.'),
    truncated: completeness.truncated,
    truncatedBecause: completeness.truncatedBecause,
    coverage: Coverage.optional().describe('Of the earlier span, where the query has an offset.'),
  })
  .meta({ id: 'MetricResult', description: 'The series of one query or expression.' });
export type MetricResult = z.infer<typeof MetricResult>;

/** The answer to a range query. */
export const MetricRange = z
  .object({
    from: z.iso
      .datetime()
      .describe('The start of the range, included. Rolled-up rows that touch the range count whole.')
      .meta({ examples: ['2026-01-01T04:00:00.000Z'] }),
    to: z.iso
      .datetime()
      .describe('The end of the range, not included.')
      .meta({ examples: ['2026-01-01T10:00:00.000Z'] }),
    stepMs: z
      .int()
      .describe(
        'The width of a point, in ms; days on which clocks change are an hour longer or shorter. The first step may begin before `from`, and the last end after `to`; they hold what is inside of the range.',
      )
      .meta({ examples: [120_000] }),
    timeZone: z
      .string()
      .describe('On whose clock the steps stand.')
      .meta({ examples: ['UTC'] }),
    results: z.array(MetricResult).describe('One for each metric or query, in order, then one for each expression.'),
    ...completeness,
  })
  .meta({ id: 'MetricRange', description: 'Series of one or more metrics.' });
export type MetricRange = z.infer<typeof MetricRange>;
