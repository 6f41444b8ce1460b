import { describe, expect, it } from '@jest/globals';
import { QuestionError } from './question-error.js';
import { regexSize } from './regex-size.js';

const MOST = 1000;

/** Patterns on which engines that go back take time exponential or worse than linear in the text, and what becomes of each here. */
const REDOS: readonly (readonly [string, 'linear' | 'refused'])[] = [
  ['(a+)+$', 'linear'],
  ['(a*)*b', 'linear'],
  ['([a-zA-Z]+)*$', 'linear'],
  ['(a|aa)+$', 'linear'],
  ['(a|a?)+$', 'linear'],
  ['(.*a){30}', 'linear'],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'linear'],
  ['(x+x+)+y', 'linear'],
  ['^(\\w+\\s?)*$', 'linear'],
  ['(?:(?:a?){50}){2}b', 'linear'],
  [
    '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
    'linear',
  ],
  ['\\s+$', 'linear'],
  ['^(?:.|\\n)*?;', 'linear'],
  ['(a{1000}){1000}', 'refused'],
  ['((a{100}){100}){100}', 'refused'],
  ['\\pL{1001}', 'refused'],
  ['(?:[a-z]{1,500}){2}', 'refused'],
  ['(a+)\\1', 'refused'],
  ['(?=a+)+b', 'refused'],
  ['(?<!a+)b', 'refused'],
  ['(?>a+)b', 'refused'],
  ['a++b', 'refused'],
];

describe('the size of a regular expression', () => {
  it.each(REDOS)('makes %s %s', (pattern, fate) => {
    expect(fateOf(pattern)).toBe(fate);
  });

  it('grows with its repetitions', () => {
    expect(regexSize('a{40}') - regexSize('a{20}')).toBe(20);
  });

  it.each([
    ['a(b', 3, 'missing closing )'],
    ['ab)c', 2, 'unexpected )'],
    ['(a)b)c(', 4, 'unexpected )'],
    ['x[z-a]', 2, 'invalid character class range'],
    ['ab**', 2, 'invalid nested repetition operator'],
    ['ab\\8', 2, 'invalid escape sequence'],
    ['ab\\', 2, 'trailing backslash'],
    ['x(?=y)', 1, 'invalid or unsupported Perl syntax'],
  ])('of %s is not there: at %i, %s', (pattern, position, problem) => {
    expect(() => regexSize(pattern)).toThrow(QuestionError);
    expect(caught(pattern)).toMatchObject({ position, problem: expect.stringContaining(problem) });
  });
});

function fateOf(pattern: string): 'linear' | 'refused' {
  try {
    return regexSize(pattern) <= MOST ? 'linear' : 'refused';
  } catch (error) {
    if (error instanceof QuestionError) return 'refused';
    throw error;
  }
}

function caught(pattern: string): unknown {
  try {
    return regexSize(pattern);
  } catch (error) {
    return error;
  }
}
