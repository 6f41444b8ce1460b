import { z } from 'zod';
import { text } from '../../platform/http/described.js';

/** A number in cAdvisor's API v1.3 (google/cadvisor, lib/model; names and units are its own), absent where it is not known. */
export const number = (description: string, example: number) =>
  z
    .number()
    .optional()
    .describe(description)
    .meta({ examples: [example] });
/** Whether something is so. */
export const flag = (description: string, example: boolean) =>
  z
    .boolean()
    .describe(description)
    .meta({ examples: [example] });
/** An instant, in ISO 8601. */
export const instant = (description: string) => text(description, '2026-01-01T10:00:00.000Z');
