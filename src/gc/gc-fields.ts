import { z } from 'zod';
import { DurationError, parseDuration } from '../core/duration.js';
import { QuantityError, toBytes } from '../core/quantity.js';

/** Fields that the schemas of policies share. */

export const duration = (description: string, example: string) =>
  z
    .string()
    .max(64)
    .superRefine((text, context) => refuse(context, () => parseDuration(text), DurationError))
    .describe(description)
    .meta({ examples: [example] });

export const bytes = (description: string, example: string) =>
  z
    .string()
    .max(64)
    .superRefine((text, context) => {
      refuse(context, () => toBytes(text), QuantityError);
      if (text.startsWith('-')) context.addIssue('must not be negative');
    })
    .describe(description)
    .meta({ examples: [example] });

export const percent = (description: string, example: number) =>
  z
    .int()
    .min(0)
    .max(100)
    .describe(description)
    .meta({ examples: [example] });

export const ruleName = (description: string, example: string) =>
  z
    .string()
    .regex(/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/, 'must be 1 to 63 lower-case letters, digits or hyphens')
    .describe(description)
    .meta({ examples: [example] });

/** The issue is the error's message when `parse` throws what belongs to bad input. */
export function refuse(
  context: z.RefinementCtx,
  parse: () => unknown,
  ...bad: readonly (new (...args: never[]) => Error)[]
): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof Error) || !bad.some((type) => error instanceof type)) throw error;
    context.addIssue(error.message);
  }
}
