import { z } from 'zod';
import { isDurationBetween } from '../../core/duration.js';
import { LabelSelectorError, parseLabelSelector } from '../../core/label-selector.js';
import { cron, every, timeZone } from '../../jobs/schedule.schema.js';
import { NODE_ORDERS, WEEKDAYS } from '../core/execution.js';
import { bytes, duration, percent, refuse } from '../gc-fields.js';

const MIN_DEADLINE_MS = 60_000;
const MAX_DEADLINE_MS = 7 * 86_400_000;

const clock = (description: string, example: string, pattern: RegExp) =>
  z
    .string()
    .regex(pattern, 'must be a time of day such as 22:00')
    .describe(description)
    .meta({ examples: [example] });
const count = (description: string, max: number, normal: number) =>
  z
    .int()
    .min(1)
    .max(max)
    .default(normal)
    .describe(description)
    .meta({ examples: [normal] });
const flag = (description: string, normal: boolean) =>
  z
    .boolean()
    .default(normal)
    .describe(description)
    .meta({ examples: [normal] });

const GcNodeSelector = z
  .strictObject({
    labelSelector: z
      .string()
      .max(1_000)
      .superRefine((text, context) => refuse(context, () => parseLabelSelector(text), LabelSelectorError))
      .optional()
      .describe('Only nodes with these labels.')
      .meta({ examples: ['pool=batch'] }),
    names: z
      .array(z.string().min(1).max(253))
      .min(1)
      .max(1_000)
      .optional()
      .describe('Only these nodes.')
      .meta({ examples: [['node-1']] }),
  })
  .meta({ id: 'GcNodeSelector', description: 'On which nodes; nothing given: on all.' });

const partEvery = (description: string, example: string) => every.describe(description).meta({ examples: [example] });

const GcSchedule = z
  .union([
    z.strictObject({ cron, timeZone: timeZone.default('UTC') }),
    z.strictObject({ every }),
    z.strictObject({
      containersEvery: partEvery('How long between two runs on containers, sandboxes and logs.', '1m'),
      imagesEvery: partEvery('How long between two runs on images.', '5m'),
    }),
    z
      .literal('preset')
      .describe('As often as the preset says.')
      .meta({ examples: ['preset'] }),
  ])
  .meta({
    id: 'GcSchedule',
    description:
      'When runs start: a cron pattern in a time zone, a distance, one distance for containers and one for images, or `preset`, whose two distances are taken.',
  });

const GcDiskTrigger = z
  .strictObject({
    abovePercent: percent('Used percent of a file system of the node, by the collected metrics.', 75).optional(),
    aboveBytes: bytes('Used bytes of a file system of the node, by the collected metrics.', '200Gi').optional(),
  })
  .refine((trigger) => trigger.abovePercent !== undefined || trigger.aboveBytes !== undefined, {
    path: ['abovePercent'],
    message: 'give abovePercent, aboveBytes or both',
  })
  .meta({ id: 'GcDiskTrigger', description: 'A node with a disk that is fuller starts a run on that node.' });

const GcTriggers = z
  .strictObject({ schedule: GcSchedule.optional(), disk: GcDiskTrigger.optional() })
  .meta({ id: 'GcTriggers', description: 'What starts runs by itself; nothing given: calls alone do.' });

const GcWindow = z
  .strictObject({
    days: z
      .array(z.enum(WEEKDAYS))
      .min(1)
      .max(7)
      .describe('Days on which it begins.')
      .meta({ examples: [['sat', 'sun']] }),
    from: clock('When it begins.', '22:00', /^([01]\d|2[0-3]):[0-5]\d$/),
    to: clock('When it ends; before or at `from`: on the next day.', '05:00', /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
    timeZone: timeZone.default('UTC'),
  })
  .meta({ id: 'GcWindow', description: 'A time in which removals may begin.' });

const GcNotify = z
  .strictObject({
    event: flag('Whether each node that a run removed something from gets a Kubernetes Event.', false),
    webhook: flag('Whether `GC_WEBHOOK_URL` is told of each run that has ended.', false),
  })
  .meta({ id: 'GcNotify', description: 'Who is told of runs.' });

/** Where and when a policy is carried out. Spread into the schema of a policy. */
export const gcExecutionFields = {
  nodes: GcNodeSelector.prefault({}),
  nodesAtOnce: count('The most nodes that a run works on at once.', 100, 5),
  nodeOrder: z
    .enum(NODE_ORDERS)
    .default('name')
    .describe('The order of nodes: by name, or the one with the fullest disk first.')
    .meta({ examples: ['fullest'] }),
  dryRun: flag('Whether runs of this policy only plan. A call may say otherwise for one run.', true),
  deadline: duration('How long a run may take, from `1m` to `7d`; until then a node that is away is waited for.', '6h')
    .refine((text) => isDurationBetween(text, MIN_DEADLINE_MS, MAX_DEADLINE_MS), 'must be from 1m to 7d')
    .default('6h'),
  imagesPerMinute: count('The most images that a node removes in a minute.', 1_000, 20),
  windows: z.array(GcWindow).max(20).default([]).describe('When removals may begin; none: at any time.'),
  triggers: GcTriggers.prefault({}),
  notify: GcNotify.prefault({}),
};
