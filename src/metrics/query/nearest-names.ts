/**
 * The names, nearest to what was typed first: by edit distance (insert, delete, replace; letters in any case), where a name that holds the typed
 * text, or is held by it, counts as near. Equally near ones stay in the given order.
 */
export function nearestNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  return names
    .map((name, index) => ({ name, index, distance: distanceOf(wanted, name.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance || left.index - right.index)
    .map(({ name }) => name);
}

function distanceOf(typed: string, name: string): number {
  if (typed !== '' && (name.includes(typed) || typed.includes(name))) return 1;
  return editDistance(typed, name);
}

/** Levenshtein's distance, row by row. */
function editDistance(left: string, right: string): number {
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (last[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      next.push(Math.min((last[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1, replaced));
    }
    last = next;
  }
  return last[right.length] ?? 0;
}
