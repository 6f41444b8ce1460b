import { ProblemError } from '../errors.js';

/** More levels than any body of this API has; what walks a body by recursion (`JSON.stringify` does) would overflow at some thousands. */
const MAX_DEPTH = 64;

/** @throws ProblemError 400 when a parsed body is nested deeper than that */
export function limitDepth(body: unknown): void {
  let level: readonly object[] = [body].filter(isObject);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= MAX_DEPTH)
      throw new ProblemError('INVALID_INPUT', `The body is nested deeper than ${MAX_DEPTH} levels.`);
    level = level.flatMap((value) => Object.values(value).filter(isObject));
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}
