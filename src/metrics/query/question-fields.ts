import { z } from 'zod';
import { LabelSelectorError, parseLabelSelector, type LabelPredicate } from '../../core/label-selector.js';
import type { Metric } from '../core/catalogue/metric.js';
import { findMetric } from '../core/metric-catalogue.js';
import { OBJECT_TYPES } from '../core/sample.js';
import { OBJECT_ERROR, selectorProblems, unknownMetric, type SelectorField } from './selector-fields.js';

const name = z.string().min(1, 'must not be empty').max(253);

/** The parameters that say which metric of which objects; every selector that is given must match. */
export const questionFields = {
  metric: z
    .string('must be the name of one metric; GET /api/v1/metrics/catalogue lists them')
    .max(200, { abort: true })
    .describe('The metric, by its name in the catalogue or one of its aliases.')
    .meta({ examples: ['cpu/usage_rate'] })
    .transform((text, context): Metric => {
      const metric = findMetric(text);
      if (metric) return metric;
      context.addIssue({ code: 'custom', message: unknownMetric(text) });
      return z.NEVER;
    }),
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
  resource: name
    .optional()
    .describe('Only this file system, of a labelled metric: `/`, `logs`, `Volume:<name>`.')
    .meta({ examples: ['Volume:data'] }),
  labelSelector: z
    .string()
    .describe('Only nodes or pods with these Kubernetes labels, in the syntax of kubectl.')
    .meta({ examples: ['app=web,tier!=cache'] })
    .transform(toPredicate)
    .optional(),
};

/** The question as it is parsed. */
export interface ParsedQuestion {
  readonly metric: Metric;
  readonly object: (typeof OBJECT_TYPES)[number];
  readonly namespace?: string | undefined;
  readonly node?: string | undefined;
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  readonly workload?: string | undefined;
  readonly resource?: string | undefined;
  readonly labelSelector?: LabelPredicate | undefined;
}

const SELECTORS: readonly SelectorField[] = [
  'node',
  'namespace',
  'pod',
  'container',
  'workload',
  'resource',
  'labelSelector',
];

/** The check over all fields of a question: whether this type of object has the metric and takes these selectors. */
export function checkQuestion(question: ParsedQuestion, context: z.RefinementCtx): void {
  const given = new Set(SELECTORS.filter((field) => question[field] !== undefined));
  for (const { field, detail } of selectorProblems({ metric: question.metric, object: question.object, given })) {
    context.addIssue({ code: 'custom', path: [field], message: detail });
  }
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
