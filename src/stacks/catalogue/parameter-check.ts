import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import type { InputError } from '../../platform/errors.js';
import type { Stack } from '../core/render/stack.js';
import { StackError } from './stack-error.js';

/** More mistakes than these are not told. */
const MOST_ERRORS = 20;

/** Parameters against the JSON Schema of a stack. Patterns are matched in linear time (RE2). */
export class ParameterCheck {
  private constructor(private readonly validate: ValidateFunction<Record<string, unknown>>) {}

  /** @throws StackError when the schema is none, or lets unknown parameters through */
  static of({ parameters }: Pick<Stack, 'parameters'>): ParameterCheck {
    if (parameters['type'] !== 'object' || parameters['additionalProperties'] !== false)
      throw new StackError('parameters: must be a schema with type: object and additionalProperties: false');
    if ('$async' in parameters) throw new StackError('parameters: $async is not taken');
    try {
      void schemas.validateSchema(parameters, true); // throws: no schema of ours is asynchronous
      const ajv = new Ajv2020({ ...OPTIONS, meta: false, validateSchema: false });
      ajv.addVocabulary(['unit']);
      return new ParameterCheck(ajv.compile<Record<string, unknown>>(parameters));
    } catch (error) {
      throw new StackError(`parameters: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The parameters with the schema's defaults filled in, or each mistake with its JSON pointer. */
  check(
    given: Readonly<Record<string, unknown>>,
  ): { readonly parameters: Readonly<Record<string, unknown>> } | { readonly errors: readonly InputError[] } {
    const parameters = structuredClone(given) as Record<string, unknown>;
    if (this.validate(parameters)) return { parameters };
    return { errors: (this.validate.errors ?? []).slice(0, MOST_ERRORS).map(toInputError) };
  }
}

/** What ajv calls for each `pattern`. */
const regExp = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text: string) => compiled.matcher(text).find(), toString: () => pattern }; // ajv tells patterns apart by it
  },
  { code: 'RE2JS.compile' }, // a name that is not `new RegExp`: ajv then calls this function
);

const OPTIONS: Options = { strict: true, allErrors: true, useDefaults: true, code: { regExp }, logger: false };

/** Holds schemas against the schema of schemas, which takes ten times as long to make ready as a stack's: once for all. Each stack has an instance of its own. */
const schemas = new Ajv2020(OPTIONS);

function toInputError({ instancePath, keyword, params, message }: ErrorObject): InputError {
  const pointer = `/parameters${instancePath}`;
  const named = (name: unknown): string =>
    `${pointer}/${String(name).slice(0, 200).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (keyword === 'additionalProperties')
    return { pointer: named(params['additionalProperty']), detail: 'is not known here' };
  if (keyword === 'required') return { pointer: named(params['missingProperty']), detail: 'is required' };
  if (keyword === 'enum')
    return {
      pointer,
      detail: `must be one of ${(params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`,
    };
  return { pointer, detail: message ?? 'is not valid' };
}
