import { z } from 'zod';
import { type Fill, FILLS } from '../core/query/fill-points.js';
import { GROUP_FIELDS, type GroupField } from '../core/query/group-key.js';
import { AGGREGATIONS, GROUP_AGGREGATIONS } from '../metric-store.port.js';
import { durationField } from '../../platform/http/time-fields.js';

/** How many fields objects can be grouped by at once. */
const MOST_GROUP_FIELDS = 8;
const GROUP_ERROR = `must be any of ${GROUP_FIELDS.join(', ')} and label:<key>`;
const FILL_ERROR = `must be one of ${FILLS.join(', ')}, or a number`;

export const aggregationField = z
  .enum(AGGREGATIONS, { error: `must be one of ${AGGREGATIONS.join(', ')}` })
  .default('avg')
  .describe(
    'How the samples of an object in one step become its point; `rate` and `increase` are for cumulative metrics.',
  )
  .meta({ examples: ['avg'] });

export const acrossField = z
  .enum(GROUP_AGGREGATIONS, { error: `must be one of ${GROUP_AGGREGATIONS.join(', ')}` })
  .optional()
  .describe("How the points of a group's objects become one; `sum` unless given. Only with `groupBy`.")
  .meta({ examples: ['sum'] });

export const offsetField = durationField(
  'The same span so much earlier, moved onto the asked times: whole days go back on the clock of `timeZone`.',
  '7d',
).optional();

export const stepField = durationField(
  'The width of a point. Steps stand on multiples of their width since 1970-01-01 in `timeZone`, weeks begin on Mondays. Default: a round width of at most 300 points a series, no finer than what is kept.',
  '5m',
).optional();

const GROUP_BY = {
  description:
    'Puts objects together by any of `cluster` (all), `namespace`, `node`, `workload` and `pod` (each with its namespace), `container` and `label:<key>`.',
  examples: [['namespace', 'workload']],
};

/** As parameters: repeated, or separated by commas. */
export const groupByField = z
  .union([z.string(), z.array(z.string())])
  .describe(GROUP_BY.description)
  .meta({ examples: GROUP_BY.examples })
  .transform((value, context) => toGroupBy(splitAtCommas(value), context))
  .optional();

/** In a body: a list. */
export const groupByBodyField = z
  .array(z.string())
  .describe(GROUP_BY.description)
  .meta({ examples: GROUP_BY.examples })
  .transform(toGroupBy)
  .optional();

export const fillField = z
  .union([z.string().max(64), z.number()], { error: FILL_ERROR })
  .default('none')
  .describe(
    'What stands in a step in which nothing was measured: `none` leaves it out, `null`, `previous`, `linear`, or a number. Steps to come are not filled.',
  )
  .meta({ examples: ['null'] })
  .transform((value, context): Fill => {
    const named = FILLS.find((fill) => fill === value);
    if (named) return named;
    const number =
      typeof value === 'number' || /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
    if (Number.isFinite(number)) return number;
    context.addIssue({ code: 'custom', message: FILL_ERROR });
    return z.NEVER;
  });

/** A list as an address has it: repeated parameters, or one with commas. */
export function splitAtCommas(value: string | readonly string[]): string[] {
  return [value].flat().flatMap((one) => one.split(','));
}

function toGroupBy(fields: readonly string[], context: z.RefinementCtx): GroupField[] {
  const wrong = fields.find((field) => !isGroupField(field));
  if (fields.length <= MOST_GROUP_FIELDS && fields.length > 0 && wrong === undefined) return fields as GroupField[];
  const message =
    wrong === undefined
      ? `must be 1 to ${MOST_GROUP_FIELDS} fields`
      : `${JSON.stringify(wrong.slice(0, 100))} is no field: ${GROUP_ERROR}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function isGroupField(field: string): boolean {
  return GROUP_FIELDS.some((known) => known === field) || /^label:[\w./-]{1,317}$/.test(field);
}
