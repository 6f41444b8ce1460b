import { z } from 'zod';
import { LabelSelectorError, parseLabelSelector, type LabelPredicate } from '../../core/label-selector.js';
import { type AskedMetric, resolveMetric } from '../core/query/resolve-metric.js';
import { OBJECT_TYPES } from '../core/sample.js';
import { splitAtCommas } from './range-fields.js';
import { OBJECT_ERROR, questionProblems, type QuestionShape, SELECTORS, unknownMetric } from './selector-fields.js';

const METRIC_ERROR = 'must be the name of one metric; GET /api/v1/metrics/catalogue lists them';
const METRICS_ERROR = 'must be the name of one metric or more; GET /api/v1/metrics/catalogue lists them';
const LONGEST_NAME = 400;
/** As many as QUERY_MAX_QUERIES can allow. */
export const MOST_METRICS = 100;
const name = z.string().min(1, 'must not be empty').max(253);

const metricField = z
  .string(METRIC_ERROR)
  .max(LONGEST_NAME, { error: METRIC_ERROR, abort: true })
  .describe(
    'The metric, by its name in the catalogue or one of its aliases; `<domain>/<name>/request` is the request of that extended resource.',
  )
  .meta({ examples: ['cpu/usage_rate'] })
  .transform(toAsked);

/** Several metrics, as parameters of an address. */
export const metricsField = z
  .union([z.string().max(MOST_METRICS * LONGEST_NAME), z.array(z.string().max(LONGEST_NAME))], { error: METRICS_ERROR })
  .describe(
    'The metric, by its name in the catalogue or one of its aliases; several by repeating it or with commas. They are `a`, `b`, `c` … in `expression`.',
  )
  .meta({ examples: ['cpu/usage_rate'] })
  .transform((value, context): AskedMetric[] => {
    const names = splitAtCommas(value);
    if (names.length <= MOST_METRICS) return names.map((one) => toAsked(one, context));
    context.addIssue({ code: 'custom', message: `must be at most ${MOST_METRICS} metrics` });
    return z.NEVER;
  });

/** The parameters that say which objects; every selector that is given must match. */
export const objectFields = {
  object: z
    .enum(OBJECT_TYPES, { error: OBJECT_ERROR })
    .describe('The type of objects.')
    .meta({ examples: ['pod'] }),
  namespace: name
    .optional()
    .describe('Only this namespace, or what is in it.')
    .meta({ examples: ['shop'] }),
  node: name
    .optional()
    .describe('Only this node, or what is on it.')
    .meta({ examples: ['node-1'] }),
  pod: name
    .optional()
    .describe('Only the pods of this name, or their containers.')
    .meta({ examples: ['web-7d4b9c-x2x8p'] }),
  container: name
    .optional()
    .describe('Only the containers of this name.')
    .meta({ examples: ['app'] }),
  workload: z
    .string()
    .max(320)
    .regex(/^[^/]+\/[^/]+$/, 'must be Kind/name, such as Deployment/web')
    .optional()
    .describe('Only the pods of this workload, as `Kind/name`.')
    .meta({ examples: ['Deployment/web'] }),
  resource: z
    .string()
    .min(1, 'must not be empty')
    .max(LONGEST_NAME)
    .optional()
    .describe(
      'Only this resource, of a metric that is kept by resource: `/`, `logs`, `Volume:<name>`, `Interface:<name>`, `Claim:<name>`, `Extended:<name>`, `Custom:<name>`.',
    )
    .meta({ examples: ['Volume:data'] }),
  labelSelector: z
    .string()
    .describe('Only nodes or pods with these Kubernetes labels, in the syntax of kubectl.')
    .meta({ examples: ['app=web,tier!=cache'] })
    .transform(toPredicate)
    .optional(),
};

/** The parameters of a question about one metric. */
export const questionFields = { metric: metricField, ...objectFields };

/** Which objects, as it is parsed. */
export interface ParsedObjects {
  readonly object: (typeof OBJECT_TYPES)[number];
  readonly namespace?: string | undefined;
  readonly node?: string | undefined;
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  readonly workload?: string | undefined;
  readonly resource?: string | undefined;
  readonly labelSelector?: LabelPredicate | undefined;
}

/** The question as it is parsed. */
export interface ParsedQuestion extends ParsedObjects {
  readonly metric: AskedMetric;
}

type Checked = ParsedObjects & Pick<QuestionShape, 'aggregation' | 'groupBy' | 'across'>;

/** The check over all fields of a question: whether this type of object has the metric, and what is asked of it fits. */
export function checkQuestion(question: Checked & { readonly metric: AskedMetric }, context: z.RefinementCtx): void {
  checkMetrics({ ...question, metric: [question.metric] }, context);
}

/** The same of several metrics of the same objects; each mistake is told once a field. */
export function checkMetrics(
  { metric, ...question }: Checked & { readonly metric: readonly AskedMetric[] },
  context: z.RefinementCtx,
): void {
  const given = new Set(SELECTORS.filter((field) => question[field] !== undefined));
  const told = new Set<string>();
  for (const asked of metric) {
    for (const { field, detail } of questionProblems({
      ...question,
      given,
      metric: asked.metric,
      namedResource: asked.resource,
    })) {
      if (!told.has(field)) context.addIssue({ code: 'custom', path: [field], message: detail });
      told.add(field);
    }
  }
}

function toAsked(text: string, context: z.RefinementCtx): AskedMetric {
  const asked = resolveMetric(text);
  if (asked) return asked;
  context.addIssue({ code: 'custom', message: unknownMetric(text) });
  return z.NEVER;
}

function toPredicate(text: string, context: z.RefinementCtx): LabelPredicate {
  try {
    return parseLabelSelector(text);
  } catch (error) {
    if (!(error instanceof LabelSelectorError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
}
