import { isDeepStrictEqual } from 'node:util';
import { isJson, type Json } from './json.js';
import { isWhole, keyOf, listTypeOf } from './list-types.js';

/** What there is with what is given put over it: maps field by field, lists item by item where items can be told apart. */
export function mergeApplied(live: Json | undefined, given: Json, kind: string): Json {
  return merge(live, given, kind, []) as Json;
}

function merge(live: unknown, given: unknown, kind: string, names: readonly string[]): unknown {
  if (isJson(live) && isJson(given) && !isWhole(names)) {
    const fields = Object.entries(given).map(([name, field]) => {
      const present = Object.hasOwn(live, name) ? live[name] : undefined;
      return [name, merge(present, field, kind, [...names, name])] as const;
    });
    return { ...live, ...Object.fromEntries(fields) };
  }
  if (!Array.isArray(live) || !Array.isArray(given)) return given;
  const type = listTypeOf(kind, names);
  if (type === undefined) return given;
  const same = (a: unknown, b: unknown): boolean =>
    type === 'value' ? a === b : isDeepStrictEqual(keyOf(a, type), keyOf(b, type));
  const rest = (live as unknown[]).map((item) => {
    const found: unknown = given.find((candidate) => same(item, candidate));
    return found === undefined ? item : merge(item, found, kind, names);
  });
  return [...rest, ...given.filter((item) => !(live as unknown[]).some((present) => same(present, item)))];
}
