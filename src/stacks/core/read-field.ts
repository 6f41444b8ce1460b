/** What stands at a path of a parsed JSON or YAML value, or undefined. Only an object's own fields are read. */
export function readField(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** The number at a path, or `otherwise`. */
export function readNumber(value: unknown, path: readonly string[], otherwise: number): number {
  const found = readField(value, ...path);
  return typeof found === 'number' ? found : otherwise;
}

/** The text at a path, or `''`. */
export function readText(value: unknown, ...path: readonly string[]): string {
  const found = readField(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The list at a path, or an empty one. */
export function readList(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = readField(value, ...path);
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
}

/** Whether a value is a JSON object, which a list and null are not. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
