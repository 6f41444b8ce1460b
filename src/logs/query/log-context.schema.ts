import { z } from 'zod';
import { durationField } from '../../platform/http/time-fields.js';
import { answerFields } from './log-coverage.schema.js';
import { LogLine } from './log-line.schema.js';

const linesField = (which: string) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(500)
    .default(20)
    .describe(`How many lines ${which} it, 0 to 500.`)
    .meta({ examples: [20] });

const within = durationField(
  'How far before and after the line others are looked for. Default: `1d`.',
  '1h',
).optional();

/** The parameters of a context. */
export const GetLogContext = z.strictObject({
  place: z
    .string()
    .min(1)
    .max(500)
    .describe('The line: `place` of an answer.')
    .meta({ examples: ['18a1b2c3d4e5f607-0'] }),
  before: linesField('before'),
  after: linesField('after'),
  within,
});
export type GetLogContext = z.infer<typeof GetLogContext>;

const more = (where: string) =>
  z
    .boolean()
    .describe(`Whether there are more lines ${where}.`)
    .meta({ examples: [true] });

export const LogContextView = z
  .object({
    before: z.array(LogLine).describe('The lines before it, in the order of time.'),
    line: LogLine.describe('The line.'),
    after: z.array(LogLine).describe('The lines after it, in the order of time.'),
    hasMoreBefore: more('before those'),
    hasMoreAfter: more('after those'),
    ...answerFields,
  })
  .meta({
    id: 'LogContext',
    description:
      'A line among its neighbours: those of its container, whatever it was restarted; of the same unit where it is a node that wrote it.',
  });
export type LogContextView = z.infer<typeof LogContextView>;
