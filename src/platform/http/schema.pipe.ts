import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { ProblemError, type InputError } from '../errors.js';

/** Parses what a route declares with `@Query({ schema })`, `@Param({ schema })` and `@Body({ schema })`; bad input is a 400 that names each field. */
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { schema } = metadata;
    if (!(schema instanceof z.ZodType)) return value;
    const result = schema.safeParse(value ?? {});
    if (result.success) return result.data;
    const errors = result.error.issues.flatMap((issue) => toInputErrors(issue, schema, metadata.type === 'body'));
    throw new ProblemError('INVALID_INPUT', errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '), {
      errors,
    });
  }
}

function toInputErrors(issue: z.core.$ZodIssue, schema: z.ZodType, isBody: boolean): InputError[] {
  if (issue.code === 'unrecognized_keys') {
    const known =
      schema instanceof z.ZodObject && issue.path.length === 0
        ? `; known are ${Object.keys(schema.shape).sort().join(', ')}`
        : '';
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key], isBody),
      detail: `is not known here${known}`,
    }));
  }
  return [{ pointer: pointerTo(issue.path, isBody), detail: issue.message }];
}

function pointerTo(path: readonly PropertyKey[], isBody: boolean): string {
  if (!isBody) return path.map(String).join('.');
  return `/${path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
}
