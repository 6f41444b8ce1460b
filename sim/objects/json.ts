/** A parsed JSON object. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path of fields, or undefined. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (!isJson(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

/** The text at a path, or `''`. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** A copy of `value` with `put` at a path of fields; without that field when `put` is undefined. */
export function withAt(value: unknown, [name, ...rest]: readonly string[], put: unknown): Json {
  const object = isJson(value) ? value : {};
  if (name === undefined) return isJson(put) ? put : {};
  const next = rest.length === 0 ? put : withAt(object[name], rest, put);
  if (next !== undefined) return { ...object, [name]: next };
  const { [name]: _gone, ...others } = object;
  return others;
}
