import { z } from 'zod';
import { EXACT_KEYS } from '../core/filter/log-filter.js';
import { FIELD_NAME_CHARACTERS } from '../core/query/parse-field-condition.js';

const PLAIN: ReadonlySet<string> = new Set(EXACT_KEYS);
const FIELD = 'field.';
const ALLOWED = `must be one of ${EXACT_KEYS.join(', ')}, or field.<name>`;

/** What lines can be counted by: a part of every line, or a field of structured ones as `field.<name>`. */
export const countKey = z
  .string()
  .max(FIELD.length + FIELD_NAME_CHARACTERS)
  .refine((key) => PLAIN.has(key) || (key.startsWith(FIELD) && key.length > FIELD.length), ALLOWED);
