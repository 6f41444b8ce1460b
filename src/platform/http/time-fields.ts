import { z } from 'zod';
import { DurationError, parseDuration } from '../../core/duration.js';
import { parseTime, TimeError, type TimePoint } from '../../core/time-range.js';

/** Descriptions stand on what is typed, before it is parsed: what comes after a transformation is not in the API's document. */
interface InstantField {
  readonly fallback: string;
  readonly description: string;
  readonly example: string;
}

/** A parameter that takes an instant in any of the API's forms; its value is resolved against now by whoever reads the clock. */
export function instantField({ fallback, description, example }: InstantField) {
  return z
    .string()
    .max(64)
    .default(fallback)
    .describe(description)
    .meta({ examples: [example] })
    .transform(toTimePoint);
}

/** The same without a default. */
export function optionalInstantField({ description, example }: Omit<InstantField, 'fallback'>) {
  return z
    .string()
    .max(64)
    .describe(description)
    .meta({ examples: [example] })
    .transform(toTimePoint)
    .optional();
}

/** The same in a body, where seconds or milliseconds since the epoch may be a JSON number. */
export function instantBodyField({ fallback, description, example }: InstantField) {
  return z
    .union([z.string().max(64), z.number()], { error: 'must be a time: a text or a number' })
    .default(fallback)
    .describe(description)
    .meta({ examples: [example] })
    .transform(toTimePoint);
}

function toTimePoint(value: string | number, context: z.RefinementCtx): TimePoint {
  try {
    return parseTime(value);
  } catch (error) {
    if (!(error instanceof TimeError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
}

/** A field that takes a duration such as `5m` of at least one second; what it gives is milliseconds. */
export function durationField(description: string, example: string) {
  return z
    .string()
    .max(64)
    .describe(description)
    .meta({ examples: [example] })
    .transform((text, context): number => {
      const ms = durationOf(text);
      if (typeof ms === 'number' && ms >= 1000) return ms;
      context.addIssue({ code: 'custom', message: typeof ms === 'string' ? ms : 'must be at least 1s' });
      return z.NEVER;
    });
}

/** Milliseconds, or what is wrong. */
function durationOf(text: string): number | string {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof DurationError) return error.message;
    throw error;
  }
}
