import { isDurationBetween } from '../core/duration.js';
import { text } from '../platform/http/described.js';

/** A duration such as `5m`, within bounds in milliseconds. @param allowed the bounds in words: `from 1s to 1h, such as 5m` */
export const durationField = (description: string, example: string, leastMs: number, mostMs: number, allowed: string) =>
  text(description, example)
    .max(20)
    .refine((value) => isDurationBetween(value, leastMs, mostMs), { error: `must be a duration ${allowed}` });
