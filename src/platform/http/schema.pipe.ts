import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { invalidInput, ProblemError, type InputError } from '../errors.js';
import { inputWords } from './input-words.js';
import { singleParameters } from './single-parameters.js';
import { unfoldUnion } from './unfold-union.js';
import { unstorableText } from './unstorable-text.js';

/** More mistakes than these are not told, and a name that a client made up is cut: an answer must not grow with what was sent. */
const MOST_ERRORS = 20;
const LONGEST_POINTER = 200;

/** Parses what a route declares with `@Query({ schema })`, `@Param({ schema })` and `@Body({ schema })`; bad input is a 400 that names each field. */
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { schema } = metadata;
    if (!(schema instanceof z.ZodType)) return value;
    const isBody = metadata.type === 'body';
    const given = metadata.type === 'param' ? withNamedRest(value) : (value ?? {});
    const text = unstorableText(given);
    if (text)
      throw invalidInput(
        pointerTo(text, isBody),
        'has a character that no text may have: U+0000, or half of a surrogate pair',
      );
    const { input, errors: repeated } =
      metadata.type === 'query' ? singleParameters(given, schema) : { input: given, errors: [] };
    const result = schema.safeParse(input, { error: inputWords });
    if (result.success && repeated.length === 0) return result.data;
    const errors = [
      ...repeated,
      ...(result.error?.issues ?? [])
        .slice(0, MOST_ERRORS)
        .flatMap(unfoldUnion)
        .flatMap((issue) => toInputErrors(issue, schema, isBody)),
    ].slice(0, MOST_ERRORS);
    throw new ProblemError('INVALID_INPUT', errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '), {
      errors,
    });
  }
}

/** Fastify calls the rest of a path that a route takes with `/*` by that sign, which no client can name: in schemas it is `path`, as in the API's document. */
function withNamedRest(params: unknown): object {
  const { '*': path, ...named } = (params ?? {}) as Record<string, unknown>;
  return path === undefined ? named : { ...named, path };
}

function toInputErrors(issue: z.core.$ZodIssue, schema: z.ZodType, isBody: boolean): InputError[] {
  if (issue.code === 'unrecognized_keys') {
    const known =
      schema instanceof z.ZodObject && issue.path.length === 0
        ? `; known are ${Object.keys(schema.shape).sort().join(', ')}`
        : '';
    return issue.keys.slice(0, MOST_ERRORS).map((key) => ({
      pointer: pointerTo([...issue.path, key], isBody),
      detail: `is not known here${known}`,
    }));
  }
  return [{ pointer: pointerTo(issue.path, isBody), detail: issue.message }];
}

function pointerTo(path: readonly PropertyKey[], isBody: boolean): string {
  const pointer = isBody
    ? `/${path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
    : path.map(String).join('.');
  return pointer.length > LONGEST_POINTER ? `${pointer.slice(0, LONGEST_POINTER)}…` : pointer;
}
