import { z } from 'zod';
import { TimeError } from '../../core/time-range.js';
import { type LogTimePoint, parseLogTime } from '../core/query/parse-log-time.js';

interface TimeField {
  readonly fallback: string;
  readonly description: string;
  readonly example: string;
}

/** A parameter that takes an instant in any of the API's forms, down to the nanosecond. */
export function logTimeField({ fallback, description, example }: TimeField) {
  return z
    .string()
    .max(64)
    .default(fallback)
    .describe(description)
    .meta({ examples: [example] })
    .transform((text, context): LogTimePoint => {
      try {
        return parseLogTime(text);
      } catch (error) {
        if (!(error instanceof TimeError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    });
}

/** The span of a question about logs. */
export const logSpanFields = {
  from: logTimeField({
    fallback: '-1h',
    description:
      'The start of the span, included: RFC 3339 (down to nanoseconds), seconds or milliseconds since 1970, `now`, `now-15m` or `-15m`.',
    example: '2026-01-01T14:00:00Z',
  }),
  to: logTimeField({
    fallback: 'now',
    description: 'The end of the span, not included; in the same forms as `from`.',
    example: '2026-01-01T14:10:00Z',
  }),
};
