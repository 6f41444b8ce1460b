import { z } from 'zod';
import { text } from '../../platform/http/described.js';
import { pageQuery } from '../../platform/http/paging.js';
import { durationField, optionalInstantField } from '../../platform/http/time-fields.js';
import { EVENT_KEYS } from '../core/event-filter.js';

const MOST_VALUES = 20;
const LONGEST = 253;
const MINUTE_MS = 60_000;

const one = (description: string, example: string) => text(description, example).min(1).max(LONGEST).optional();

/** Several values, by repeating the parameter or with commas. */
const several = (description: string, example: string) =>
  z
    .union([z.string().max(MOST_VALUES * LONGEST), z.array(z.string().max(LONGEST))])
    .describe(`${description} Several by repeating it or with commas, at most ${MOST_VALUES}.`)
    .meta({ examples: [example] })
    .transform((value) => [value].flat().flatMap((part) => part.split(',').filter((item) => item !== '')))
    .refine((values) => values.length > 0 && values.length <= MOST_VALUES, `must be 1 to ${MOST_VALUES} values`)
    .optional();

const step = durationField('Width of a step: full minutes; chosen by the range unless given.', '5m')
  .refine((ms) => ms % MINUTE_MS === 0, 'must be full minutes, such as 5m: events are counted by the minute')
  .optional();

const maxValues = z.coerce
  .number()
  .int()
  .min(1)
  .max(100)
  .default(20)
  .describe('The most values of a key, 1 to 100.')
  .meta({ examples: [20] });

/** Which events. */
const filter = {
  namespace: one('Events about objects in this namespace alone.', 'shop'),
  kind: one('Only about objects of this kind.', 'Pod'),
  name: one('Only about objects of this name.', 'web-7d4b9c6f5-x2x9k'),
  workload: z
    .string()
    .max(400)
    .regex(/^[A-Za-z][A-Za-z0-9]*\/[^/\s]+$/, 'is not kind/name, such as Deployment/web')
    .optional()
    .describe('Only about this workload, its ReplicaSets, Jobs and pods: kind/name.')
    .meta({ examples: ['Deployment/web'] }),
  node: one('Only about this node, and of what happened on it.', 'node-1'),
  type: several('Only of these types.', 'Warning'),
  reason: several('Only for these reasons.', 'BackOff,Killing'),
  reportingController: several('Only told by these.', 'kubelet'),
  search: one('Only those whose note contains this, in any case of letters.', 'back-off'),
};

const from = optionalInstantField({
  description: 'Occurred from then on, to the minute: RFC 3339, epoch seconds or milliseconds, or a distance from now.',
  example: '-1h',
});
const to = optionalInstantField({ description: 'Occurred before.', example: 'now' });

export const EventQuery = z.strictObject({
  ...pageQuery,
  ...filter,
  from,
  to,
  order: z
    .enum(['newest', 'oldest'])
    .default('newest')
    .describe('By the last occurrence.')
    .meta({ examples: ['newest'] }),
});
export type EventQuery = z.infer<typeof EventQuery>;

export const EventHistogramQuery = z.strictObject({
  ...filter,
  from,
  to,
  step,
  by: z
    .enum(EVENT_KEYS)
    .optional()
    .describe('Counts by the values of this, too.')
    .meta({ examples: ['reason'] }),
  limit: maxValues,
});
export type EventHistogramQuery = z.infer<typeof EventHistogramQuery>;

export const EventFacetsQuery = z.strictObject({
  ...filter,
  from,
  to,
  keys: several('What is counted by; everything unless given.', 'type,reason')
    .pipe(z.array(z.enum(EVENT_KEYS, { error: `allowed: ${EVENT_KEYS.join(', ')}` })).optional())
    .transform((keys) => [...new Set(keys ?? EVENT_KEYS)]),
  limit: maxValues,
});
export type EventFacetsQuery = z.infer<typeof EventFacetsQuery>;

export const EventStreamQuery = z.strictObject(filter);
export type EventStreamQuery = z.infer<typeof EventStreamQuery>;
