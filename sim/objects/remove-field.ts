import { isDeepStrictEqual } from 'node:util';
import { isJson, type Json } from './json.js';
import { keyOf } from './list-types.js';

/** A copy without what stands at a path in the notation of `FieldsV1`; what becomes empty by that goes too. */
export function removeField(value: unknown, path: readonly string[]): unknown {
  const [step = '', ...rest] = path;
  if (step.startsWith('f:')) return withoutField(value, step.slice(2), rest);
  if (!Array.isArray(value)) return value;
  const items = value as readonly unknown[];
  const wanted: unknown = JSON.parse(step.slice(2));
  const isIt = (item: unknown): boolean =>
    step.startsWith('v:') ? item === wanted : isDeepStrictEqual(keyOf(item, Object.keys(wanted as Json)), wanted);
  if (rest.length === 0 || rest[0] === '.') return items.filter((item) => !isIt(item));
  return items.map((item) => (isIt(item) ? removeField(item, rest) : item));
}

function withoutField(value: unknown, name: string, rest: readonly string[]): unknown {
  if (!isJson(value) || !Object.hasOwn(value, name)) return value;
  const { [name]: field, ...others } = value;
  if (rest.length === 0) return others;
  const next = removeField(field, rest);
  return isEmpty(next) && !isEmpty(field) ? others : { ...value, [name]: next };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
