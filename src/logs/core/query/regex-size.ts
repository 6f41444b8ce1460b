import { RE2JS, RE2JSSyntaxException } from 're2js';
import { QuestionError } from './question-error.js';

/**
 * Judges a user's regular expression: syntax of RE2 (no look-around, no back-references, so that every engine here matches in time linear in the text), and what it
 * compiles to, since the time is linear in that too.
 *
 * Source: RE2's syntax, github.com/google/re2/wiki/Syntax; re2js 2.
 */

/** How many steps a pattern compiles to. @throws QuestionError */
export function regexSize(pattern: string): number {
  const compiled = compile(pattern);
  if (!(compiled instanceof RE2JSSyntaxException)) return compiled.programSize();
  throw new QuestionError(positionOf(compiled, pattern), `${compiled.getDescription()} (syntax of RE2)`);
}

function compile(pattern: string): RE2JS | RE2JSSyntaxException {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return error;
    throw error;
  }
}

/** The engine tells the text that it stumbled over, which is mostly the rest of the pattern. */
function positionOf(error: RE2JSSyntaxException, pattern: string): number {
  const found = error.getPattern();
  if (found === null || found === pattern) return faultyLength(error.getDescription(), pattern) - 1;
  return pattern.endsWith(found) ? pattern.length - found.length : Math.max(0, pattern.indexOf(found));
}

/** Where it tells all or nothing: the length of the shortest beginning that has this fault; what is missing is missing behind the end. */
function faultyLength(description: string, pattern: string): number {
  if (description.startsWith('missing')) return pattern.length + 1;
  let [least, most] = [1, pattern.length];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    const compiled = compile(pattern.slice(0, middle));
    const isFaulty = compiled instanceof RE2JSSyntaxException && compiled.getDescription() === description;
    if (isFaulty) most = middle;
    else least = middle + 1;
  }
  return most;
}
