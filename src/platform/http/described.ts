import { z } from 'zod';

/** A text of an answer, as the API's document describes it. */
export const text = (description: string, example: string) =>
  z
    .string()
    .describe(description)
    .meta({ examples: [example] });

/** An instant: RFC 3339 in UTC, with milliseconds. */
export const instant = (description: string) =>
  z.iso
    .datetime()
    .describe(description)
    .meta({ examples: ['2026-01-01T10:00:00.000Z'] });

/** A whole number. */
export const count = (description: string, example: number) =>
  z
    .int()
    .describe(description)
    .meta({ examples: [example] });
