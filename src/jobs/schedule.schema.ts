import { z } from 'zod';
import { formatDuration, isDurationBetween, parseDuration } from '../core/duration.js';
import { listOf, pageQuery } from '../platform/http/paging.js';
import { checkCron } from './core/check-cron.js';
import type { Cadence } from './job-queue.port.js';
import type { KnownSchedule, ScheduleContent } from './schedule.service.js';

const MIN_EVERY_MS = 5_000;
const MAX_EVERY_MS = 30 * 86_400_000;

const name = z
  .string()
  .regex(/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/, 'must be 1 to 63 lower-case letters, digits or hyphens')
  .describe('The schedule.')
  .meta({ examples: ['trim-on-sundays'] });
const kind = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'must be the name of a kind of job')
  .describe('The kind of job.')
  .meta({ examples: ['records.trim'] });
const payload = z
  .record(z.string(), z.unknown())
  .describe('What the job is given.')
  .meta({ examples: [{}] });
export const cron = z
  .string()
  .max(200)
  .superRefine((pattern, context) => {
    const wrong = checkCron(pattern);
    if (wrong !== undefined) context.addIssue(wrong);
  })
  .describe('Five fields: minute, hour, day of month, month, day of week. Instead of `every`.')
  .meta({ examples: ['30 3 * * 0'] });
export const timeZone = z
  .string()
  .max(100)
  .refine((zone) => isTimeZone(zone), 'must be an IANA time zone such as Europe/Rome or UTC')
  .describe('The IANA time zone that the cron pattern is read in.')
  .meta({ examples: ['Europe/Rome'] });
export const every = z
  .string()
  .max(64)
  .superRefine((text, context) => {
    if (!isDurationBetween(text, MIN_EVERY_MS, MAX_EVERY_MS)) context.addIssue('must be a duration from 5s to 30d');
  })
  .describe('How long between two runs, from `5s` to `30d`. Instead of `cron`.')
  .meta({ examples: ['6h'] });

const content = {
  kind,
  payload: payload.default({}),
  cron: cron.optional(),
  timeZone: timeZone.default('UTC'),
  every: every.optional(),
};
const ONE_CADENCE = 'give either cron (with timeZone) or every';

export const ScheduleChange = z
  .strictObject(content)
  .refine((body) => (body.cron === undefined) !== (body.every === undefined), { path: ['cron'], message: ONE_CADENCE })
  .meta({ id: 'ScheduleChange', description: 'What a schedule runs and when.' });
export type ScheduleChange = z.infer<typeof ScheduleChange>;

export const NewSchedule = z
  .strictObject({ name, ...content })
  .refine((body) => (body.cron === undefined) !== (body.every === undefined), { path: ['cron'], message: ONE_CADENCE })
  .meta({ id: 'NewSchedule', description: 'A schedule to be made.' });
export type NewSchedule = z.infer<typeof NewSchedule>;

const instant = (description: string) =>
  z.iso
    .datetime()
    .optional()
    .describe(description)
    .meta({ examples: ['2026-01-01T10:00:00.000Z'] });

export const ScheduleView = z
  .object({
    name: z
      .string()
      .describe('The schedule.')
      .meta({ examples: ['trim-on-sundays'] }),
    kind,
    payload,
    cron: cron.optional(),
    timeZone: timeZone.optional(),
    every: every.optional(),
    builtIn: z
      .boolean()
      .describe('Whether the program itself has made it: then its cadence is configuration.')
      .meta({ examples: [false] }),
    managedBy: z
      .string()
      .optional()
      .describe('What it belongs to and is changed with.')
      .meta({ examples: ['policy nightly'] }),
    nextRunAt: instant('When it runs next; absent while the queue does not know it yet.'),
    createdBy: z
      .string()
      .optional()
      .describe('Who made it.')
      .meta({ examples: ['ann'] }),
    createdAt: instant('When it was made.'),
    updatedAt: instant('When it was last changed.'),
  })
  .meta({ id: 'Schedule', description: 'What runs when.' });
export type ScheduleView = z.infer<typeof ScheduleView>;

export const ScheduleList = listOf('ScheduleList', ScheduleView, 'Schedules, by name.');

export const ScheduleQuery = z.strictObject(pageQuery);
export type ScheduleQuery = z.infer<typeof ScheduleQuery>;

export const SchedulePath = z.strictObject({
  schedule: z
    .string()
    .max(100)
    .describe('The schedule.')
    .meta({ examples: ['trim-records'] }),
});
export type SchedulePath = z.infer<typeof SchedulePath>;

/** What a caller said, as the service takes it. */
export function contentOf(body: ScheduleChange): ScheduleContent {
  const cadence: Cadence =
    body.cron === undefined
      ? { everyMs: parseDuration(body.every ?? '') }
      : { cron: body.cron.trim(), timeZone: body.timeZone };
  return { kind: body.kind, payload: body.payload, cadence };
}

/** A schedule as clients see it. */
export function scheduleView({
  name,
  kind,
  payload,
  cadence,
  record,
  managedBy,
  nextAtMs,
}: KnownSchedule): ScheduleView {
  return {
    name,
    kind,
    payload: payload as Record<string, unknown>,
    ...('everyMs' in cadence ? { every: formatDuration(cadence.everyMs) } : cadence),
    builtIn: record === undefined && managedBy === undefined,
    ...(managedBy === undefined ? {} : { managedBy }),
    ...(nextAtMs === undefined ? {} : { nextRunAt: new Date(nextAtMs).toISOString() }),
    ...(record
      ? {
          createdBy: record.createdBy,
          createdAt: new Date(record.createdAtMs).toISOString(),
          updatedAt: new Date(record.updatedAtMs).toISOString(),
        }
      : {}),
  };
}

function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
