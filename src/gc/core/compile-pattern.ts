import { RE2JS } from 're2js';
import type { TextPattern } from './policy.js';
import { remember } from './remember.js';

/** The text is not a pattern. `problem` reads on after the field's name. */
export class PatternError extends Error {
  override readonly name = 'PatternError';

  constructor(readonly problem: string) {
    super(problem);
  }
}

const MAX_LENGTH = 512;

/** Whether a text is met as a whole, in time linear in it. @throws PatternError */
export function compilePattern(pattern: TextPattern): (text: string) => boolean {
  const isGlob = 'glob' in pattern;
  const source = isGlob ? pattern.glob : pattern.regex;
  if (source === '' || source.length > MAX_LENGTH) throw new PatternError(`must have 1 to ${MAX_LENGTH} characters`);
  const compiled = compile(isGlob ? toRegex(source) : source);
  return remember((text) => compiled.testExact(text));
}

function compile(regex: string): RE2JS {
  try {
    return RE2JS.compile(regex, RE2JS.DOTALL);
  } catch (error) {
    throw new PatternError(
      `is no regular expression of RE2: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** `**` is anything, `*` and `?` are anything but a slash; everything else is itself. */
function toRegex(glob: string): string {
  return glob.replaceAll(/\*\*|\*|\?|[^*?]+/g, (part) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : RE2JS.quote(part);
  });
}
