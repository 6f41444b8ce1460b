import { isJson, type Json } from './json.js';
import { isWhole, keyOf, listTypeOf } from './list-types.js';

/**
 * The fields that a manager owns, as leaves: each a path in the notation of `FieldsV1` (`f:spec`, `k:{"name":"web"}`, `v:"x"`, `.`), with the value that stands there in the object the set was made of.
 */
export type FieldSet = ReadonlyMap<string, { readonly path: readonly string[]; readonly value?: unknown }>;

/** What nobody owns. */
const UNOWNED = ['f:apiVersion', 'f:kind', 'f:status'];
const UNOWNED_METADATA = ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp']
  .concat(['deletionTimestamp', 'managedFields'])
  .map((name) => `f:${name}`);

/** All fields of an object of this kind. */
export function fieldsOf(object: Json, kind: string): FieldSet {
  const found = new Map<string, { readonly path: readonly string[]; readonly value?: unknown }>();
  const add = (path: readonly string[], value?: unknown): void => {
    const [first = '', second = ''] = path;
    if (UNOWNED.includes(first) || (first === 'f:metadata' && UNOWNED_METADATA.includes(second))) return;
    found.set(path.join('\u0000'), { path, value });
  };
  const walk = (value: unknown, path: readonly string[], names: readonly string[]): void => {
    const type = Array.isArray(value) ? listTypeOf(kind, names) : undefined;
    if (isJson(value) && Object.keys(value).length > 0 && !isWhole(names))
      for (const [name, field] of Object.entries(value)) walk(field, [...path, `f:${name}`], [...names, name]);
    else if (type === 'value') for (const item of value as unknown[]) add([...path, `v:${JSON.stringify(item)}`], item);
    else if (type !== undefined)
      for (const item of value as Json[]) {
        const deeper = [...path, `k:${JSON.stringify(keyOf(item, type))}`];
        add([...deeper, '.']);
        for (const [name, field] of Object.entries(item)) walk(field, [...deeper, `f:${name}`], [...names, name]);
      }
    else if (value !== undefined) add(path, value);
  };
  walk(object, [], []);
  return found;
}

/** `FieldsV1`. */
export function writeFields(set: FieldSet): Json {
  const root: Record<string, unknown> = {};
  for (const { path } of set.values()) {
    let node = root;
    for (const step of path) node = (node[step] ??= {}) as Record<string, unknown>;
  }
  return root;
}

/** Reads what `writeFields` wrote; the values are not known any more. */
export function readFields(fields: unknown): FieldSet {
  const found = new Map<string, { readonly path: readonly string[] }>();
  const walk = (node: unknown, path: readonly string[]): void => {
    const steps = isJson(node) ? Object.entries(node) : [];
    if (steps.length === 0 && path.length > 0) found.set(path.join('\u0000'), { path });
    for (const [step, deeper] of steps) walk(deeper, [...path, step]);
  };
  walk(fields, []);
  return found;
}
