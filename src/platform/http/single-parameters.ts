import { z } from 'zod';
import type { InputError } from '../errors.js';

/** A query string whose parameters stand there once, where no list may be given, and what is wrong with those that did not. */
export interface SingleParameters {
  readonly input: object;
  readonly errors: readonly InputError[];
}

/** Takes the first value of each parameter that is given more than once although the schema takes no list of it. */
export function singleParameters(query: object, schema: z.ZodType): SingleParameters {
  const fields = fieldsOf(schema);
  const repeated = Object.entries(query).filter((entry): entry is [string, unknown[]] => {
    const [name, value] = entry as [string, unknown];
    const field = fields[name];
    return Array.isArray(value) && field !== undefined && !takesList(field);
  });
  return {
    input: { ...query, ...Object.fromEntries(repeated.map(([name, [first]]) => [name, first])) },
    errors: repeated.map(([pointer, values]) => ({
      pointer,
      detail: `is given more than once (${values.length} times): give it once`,
    })),
  };
}

function fieldsOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  if (schema instanceof z.ZodPipe) return fieldsOf(schema.in);
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function takesList(field: z.core.$ZodType): boolean {
  if (field instanceof z.ZodArray) return true;
  if (field instanceof z.ZodUnion) return field.options.some(takesList);
  if (field instanceof z.ZodPipe) return takesList(field.in);
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault) return takesList(field.unwrap());
  return false;
}
