import { z } from 'zod';
import { parseQuantity } from '../../core/quantity.js';
import { text } from '../../platform/http/described.js';
import { durationField } from '../duration-field.js';
import { pageQuery } from '../../platform/http/paging.js';
import { releaseNamespace } from '../catalogue/stack.schema.js';
import { checkResizerBody } from './check-resizer-body.js';
import { COUNTED } from './core/resizer-spec.js';
import { TARGET_KINDS } from './resizer-records.port.js';

const DAY_MS = 86_400_000;
/** Exact in all that follows, and more than any cluster has. */
const MOST_AMOUNT = '1e15';

const isQuantity = (value: string): boolean => {
  try {
    const { nanos } = parseQuantity(value);
    return nanos >= 0n && nanos <= parseQuantity(MOST_AMOUNT).nanos;
  } catch {
    return false; // no quantity: the same as one that is too large
  }
};
const quantity = (description: string, example: string) =>
  text(description, example)
    .max(64)
    .refine(isQuantity, { error: 'must be a quantity from 0 to 1e15, such as 250m, 0.5m or 140Mi' });

const percent = (description: string, example: number, most = 100) =>
  z
    .int()
    .min(0)
    .max(most)
    .describe(description)
    .meta({ examples: [example] });
const delay = (direction: string) =>
  durationField(
    `How long after the last change (or after the resizer was made) an amount may be ${direction} again.`,
    '10m',
    0,
    7 * DAY_MS,
    'from 0s to 7d, such as 10m',
  ).default('0s');

const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a DNS label')
  .describe("The resizer's name.")
  .meta({ examples: ['metrics-server'] });
const objectName = (description: string, example: string) =>
  text(description, example)
    .max(253)
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be the name of a Kubernetes object');

const target = z
  .strictObject({
    kind: z
      .enum(TARGET_KINDS)
      .describe('Its kind, of apps/v1.')
      .meta({ examples: ['Deployment'] }),
    namespace: releaseNamespace.describe('Its namespace.'),
    name: objectName('Its name.', 'metrics-server'),
    container: objectName('Which of its containers.', 'metrics-server'),
  })
  .meta({ id: 'ResizerTarget', description: 'What is resized: one container. A workload has at most one resizer.' });

const of = z
  .enum(COUNTED)
  .describe(
    'What n counts: nodes; pods or containers (init and ephemeral ones too) of pods that are not Succeeded or Failed; whole allocatable cores of all nodes.',
  )
  .meta({ examples: ['nodes'] });
const estimator = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('linear').describe('base + extra x n.'),
      of,
      buckets: z
        .array(z.int().min(1).max(1_000_000))
        .max(50)
        .default([])
        .describe('n is raised to the next of these; beyond the last it stays as it is. Ascending.')
        .meta({ examples: [[5, 20, 100]] }),
    }),
    z.strictObject({
      type: z.literal('exponential').describe('base + extra x the next size of a series that grows by half.'),
      of,
      minClusterSize: z
        .int()
        .min(2)
        .max(100_000)
        .default(16)
        .describe('The first size of the series.')
        .meta({ examples: [16] }),
    }),
    z.strictObject({
      type: z
        .literal('measured')
        .describe("The 95th percentile of the container's use, of the pod that uses most, and a headroom."),
      span: durationField(
        'Of how long the use is taken. To a day of every cycle, beyond of averages of five minutes.',
        '1d',
        300_000,
        30 * DAY_MS,
        'from 5m to 30d, such as 1d',
      ).default('1d'),
      headroomPercent: percent('So much more than is used.', 15, 1000).default(15),
    }),
  ])
  .describe('From what amounts are estimated.');

const rule = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('threshold').describe('By the share of the estimate that is set, rounded down to whole percent.'),
      upPercent: percent('Raised when it is less than 100 - this.', 5).default(5),
      downPercent: percent('Lowered when it is more than 100 + this.', 5, 1000).default(5),
    }),
    z.strictObject({
      type: z.literal('range').describe('By what so many percent fewer or more of what is counted would get.'),
      recommendationPercent: percent('What is outside of the accepted range is set to this one.', 10).default(10),
      acceptancePercent: percent('At least the recommendation.', 20).default(20),
    }),
  ])
  .prefault({ type: 'threshold' })
  .describe('When what is set is near enough to the estimate to be left alone.');

const sizing = (base: string, extra: string, most: string) =>
  z
    .strictObject({
      base: quantity('Of the estimators that count: needed there.', base).optional(),
      extra: quantity('For each of what is counted; 0 unless given.', extra).optional(),
      min: quantity('Never less.', base).optional(),
      max: quantity('Never more.', most).optional(),
    })
    .optional();
const resources = z
  .strictObject({
    cpu: sizing('80m', '0.5m', '2').describe('In cores.'),
    memory: sizing('140Mi', '4Mi', '4Gi').describe('In bytes.'),
    'ephemeral-storage': sizing('1Gi', '10Mi', '20Gi').describe('In bytes; not with measured use.'),
  })
  .describe('The resources that are managed; others are left alone.');

const body = {
  target,
  mode: z
    .enum(['recommend', 'apply', 'in-place'])
    .default('recommend')
    .describe(
      "What is done: only told; applied to the workload's template, which rolls its pods; or set on the running pods (pods/resize), which restarts none unless it must.",
    )
    .meta({ examples: ['recommend'] }),
  estimator,
  resources,
  rule,
  controls: z
    .enum(['requests-and-limits', 'requests'])
    .default('requests-and-limits')
    .describe('Where amounts are set; both get the same.')
    .meta({ examples: ['requests-and-limits'] }),
  scaleUpDelay: delay('raised'),
  scaleDownDelay: delay('lowered'),
  force: z
    .boolean()
    .default(false)
    .describe(
      'With `apply`: takes amounts that other field managers own. Without it they are told, and nothing is changed.',
    )
    .meta({ examples: [false] }),
};

export const ResizerBody = z
  .strictObject(body)
  .superRefine(checkResizerBody)
  .meta({ id: 'ResizerBody', description: 'What is resized, and how.' });
export type ResizerBody = z.infer<typeof ResizerBody>;

export const NewResizer = z
  .strictObject({ name, ...body })
  .superRefine(checkResizerBody)
  .meta({ id: 'NewResizer', description: 'A resizer that is to be made.' });
export type NewResizer = z.infer<typeof NewResizer>;

export const ResizerPath = z.strictObject({ resizer: text('The resizer.', 'metrics-server').max(100) });
export type ResizerPath = z.infer<typeof ResizerPath>;

export const ResizerQuery = z.strictObject({
  ...pageQuery,
  namespace: z
    .string()
    .max(63)
    .optional()
    .describe('Only resizers of targets in this namespace.')
    .meta({ examples: ['kube-system'] }),
});
export type ResizerQuery = z.infer<typeof ResizerQuery>;

export const ResizeDecisionQuery = z.strictObject(pageQuery);
export type ResizeDecisionQuery = z.infer<typeof ResizeDecisionQuery>;
