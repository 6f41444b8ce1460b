import { z } from 'zod';
import { metricsField } from '../metrics/query/question-fields.js';
import { durationField, optionalInstantField } from '../platform/http/time-fields.js';

const MOST_METRICS = 5;
/** As questions about lines take it (`logs/query/filter-fields.ts`). */
const LONGEST_WORKLOAD = 320;
const one = (description: string, example: string) =>
  z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe(description)
    .meta({ examples: [example] });

/** The parameters of a timeline. */
export const TimelineQuery = z
  .strictObject({
    namespace: one('The namespace of the pod or workload.', 'shop'),
    pod: one('The timeline of this pod.', 'web-7d4b9c6f5-x2x9k'),
    workload: z
      .string()
      .max(LONGEST_WORKLOAD)
      .regex(/^[A-Za-z][A-Za-z0-9]*\/[^/\s]+$/, 'is not kind/name, such as Deployment/web')
      .optional()
      .describe('The timeline of this workload and its pods: kind/name.')
      .meta({ examples: ['Deployment/web'] }),
    node: one('The timeline of this node; for callers who see all namespaces.', 'node-1'),
    around: optionalInstantField({
      description: 'What happened around then: half of `span` before and half after.',
      example: '2026-01-01T14:05:00Z',
    }),
    span: durationField('How long the axis is, with `around`; 30 minutes unless given.', '30m').optional(),
    from: optionalInstantField({
      description: 'Start of the axis, instead of `around`; an hour before `to` unless given.',
      example: '-1h',
    }),
    to: optionalInstantField({ description: 'End of the axis, not included; now unless given.', example: 'now' }),
    step: durationField('Width of a step; chosen by the length unless given.', '1m').optional(),
    metric: metricsField
      .refine((metrics) => metrics.length <= MOST_METRICS, `must be at most ${MOST_METRICS} metrics`)
      .optional()
      .describe(`Metrics on the axis, at most ${MOST_METRICS}; CPU usage and working set unless given.`)
      .meta({ examples: ['cpu/usage_rate'] }),
  })
  .superRefine(({ namespace, pod, workload, node, around, span, from, to }, context) => {
    const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const subjects = [pod, workload, node].filter((subject) => subject !== undefined).length;
    if (subjects !== 1) problem('pod', 'one of pod, workload and node must be given, and no second');
    if (node === undefined && namespace === undefined) problem('namespace', 'must be given with pod and workload');
    if (node !== undefined && namespace !== undefined) problem('namespace', 'a node is in none; leave it out');
    if (around !== undefined && (from !== undefined || to !== undefined))
      problem('around', 'takes the place of from and to');
    if (around === undefined && span !== undefined) problem('span', 'is for around; with from, to says where it ends');
  });
export type TimelineQuery = z.infer<typeof TimelineQuery>;
