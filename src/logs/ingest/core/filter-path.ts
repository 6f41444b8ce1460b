/** What of an answer is wanted: made by `parseFilterPath`. */
export type PathFilter = (answer: object) => object;

/** More paths than these, and longer ones, are passed over: no answer has such, and each costs something for each item. */
const MAX_PATHS = 20;
const MAX_PARTS = 10;
const MAX_ANY_DEPTH = 2;

type Parts = readonly string[];

/**
 * Elasticsearch's `filter_path` ("Common options", 8.19): paths separated by commas, `*` for any part of a name, `**` for any names; a path that begins with `-` leaves out. What
 * is left without a value vanishes.
 */
export function parseFilterPath(text: string): PathFilter {
  const paths = text
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
  if (paths.length === 0) return (answer) => answer;
  const excluded = partsOf(paths.filter((path) => path.startsWith('-')).map((path) => path.slice(1)));
  const included = partsOf(paths.filter((path) => !path.startsWith('-')));
  const isAll = paths.every((path) => path.startsWith('-'));
  return (answer) => {
    const kept: object = isAll ? answer : (include(answer, included) ?? {});
    return excluded.length === 0 ? kept : (exclude(kept, excluded) ?? {});
  };
}

function partsOf(paths: readonly string[]): Parts[] {
  return paths
    .map((path) => path.split('.'))
    .filter((parts) => parts.length <= MAX_PARTS && parts.filter((part) => part === '**').length <= MAX_ANY_DEPTH)
    .slice(0, MAX_PATHS);
}

function matchesName(pattern: string, name: string): boolean {
  if (pattern === '*' || pattern === '**' || pattern === name) return true;
  if (!pattern.includes('*')) return false;
  const pieces = pattern.split('*');
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > name.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}

/** What is left of the paths below a name. */
function below(paths: readonly Parts[], name: string): Parts[] {
  return paths.flatMap((path) => {
    const [head = '', ...tail] = path;
    if (!matchesName(head, name)) return [];
    if (head !== '**') return [tail];
    // `**` stands for any number of names, none too.
    return [path, ...below([tail], name)];
  });
}

function include(value: unknown, paths: readonly Parts[]): unknown {
  if (paths.some((path) => path.length === 0 || (path.length === 1 && path[0] === '**'))) return value;
  return rebuilt(value, (inner, name) =>
    name === undefined ? include(inner, paths) : stepInto(inner, below(paths, name)),
  );
}

function stepInto(value: unknown, paths: readonly Parts[]): unknown {
  return paths.length === 0 ? undefined : include(value, paths);
}

function exclude(value: unknown, paths: readonly Parts[]): unknown {
  return rebuilt(value, (inner, name) => {
    const rest = name === undefined ? paths : below(paths, name);
    if (rest.some((path) => path.length === 0)) return undefined;
    return rest.length === 0 || !isContainer(inner) ? inner : exclude(inner, rest);
  });
}

/** @param keep gets elements of arrays without a name: Elasticsearch's paths go through them */
function rebuilt(value: unknown, keep: (inner: unknown, name?: string) => unknown): unknown {
  if (Array.isArray(value)) {
    const kept = value
      .map((inner) => (isContainer(inner) ? keep(inner) : undefined))
      .filter((inner) => inner !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isContainer(value)) return undefined;
  const kept = Object.entries(value)
    .map(([name, inner]) => [name, keep(inner, name)] as const)
    .filter(([, inner]) => inner !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
