import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What zod says of a union none of whose branches fits; a schema with words of its own for that keeps them. */
const NO_WORDS = 'Invalid input';

/**
 * The mistakes in what should have been one of several forms: those of the form that was meant, which is the one with the fewest mistakes, and of equals the one
 * that they lie deepest in. Where no form comes near, each says what it would have taken.
 */
export function unfoldUnion(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union' || issue.message !== NO_WORDS) return [issue];
  const [meant, ...others] = issue.errors.toSorted((a, b) => a.length - b.length || depthOf(b) - depthOf(a));
  if (!meant) return [issue];
  if (depthOf(meant) > 0) return meant.flatMap((one) => unfoldUnion({ ...one, path: [...issue.path, ...one.path] }));
  const said = [meant, ...others].flatMap((branch) => branch.filter(({ path }) => path.length === 0));
  return [{ ...issue, message: [...new Set(said.map(({ message }) => message))].join(', or ') }];
}

function depthOf(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}
