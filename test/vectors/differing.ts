import { isDeepStrictEqual } from 'node:util';

/** How the first field that `expected` names differs; a field that it does not name is not compared. */
export function differing(found: object, expected: object): string | undefined {
  for (const [name, value] of Object.entries(expected)) {
    const own = Object.hasOwn(found, name) ? (found as Record<string, unknown>)[name] : undefined;
    if (!isDeepStrictEqual(own, value)) return `${name} is ${JSON.stringify(own)}, expected ${JSON.stringify(value)}`;
  }
  return undefined;
}

/** Lists of ids whose order counts only among ids of one group. */
export function sameInGroups(
  name: string,
  found: readonly string[],
  expected: readonly string[],
  groupOf: (id: string) => string | undefined,
): string | undefined {
  const grouped = (ids: readonly string[]): object =>
    Object.fromEntries([...Map.groupBy(ids, (id) => String(groupOf(id)))].sort(([a], [b]) => (a < b ? -1 : 1)));
  return isDeepStrictEqual(grouped(found), grouped(expected))
    ? undefined
    : `${name} is ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`;
}

/**
 * Codes of faults by who refuses. A file may also only say whether a policy is refused (`valid`, `error`); and it may name by another code a
 * fault that its description leaves unnamed: then how many there are must agree.
 */
export function differingCodes(
  found: Readonly<Record<string, readonly string[]>>,
  expected: unknown,
): string | undefined {
  if (typeof expected !== 'object' || expected === null) return `expects ${JSON.stringify(expected)}: no known form`;
  const faults = Object.values(found).flat();
  for (const [name, value] of Object.entries(expected)) {
    const own = found[name] ?? faults;
    const agrees = Array.isArray(value) ? agree(own, value.map(String)) : (own.length === 0) === isFine(name, value);
    if (!agrees) return `${name} is ${JSON.stringify(own)}, expected ${JSON.stringify(value)}`;
  }
  return undefined;
}

function agree(found: readonly string[], expected: readonly string[]): boolean {
  return found.length === expected.length && expected.every((code) => found.includes(code) || !KNOWN.has(code));
}

function isFine(name: string, value: unknown): boolean {
  return name === 'error' || name === 'refused' ? value === null || value === false : value === true;
}

/** Codes that the description of the vectors shows. */
const KNOWN = new Set(['HIGH_RANGE', 'LOW_RANGE', 'LOW_ABOVE_HIGH', 'LOW_NOT_BELOW_HIGH', 'MAX_AGE_NOT_ABOVE_MIN']);
