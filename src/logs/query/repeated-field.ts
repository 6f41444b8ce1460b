import { z } from 'zod';

/** More values than these of one parameter are a mistake of somebody's script. */
const MOST_VALUES = 100;

interface RepeatedField<Value> {
  readonly description: string;
  readonly example: string;
  readonly longest: number;
  /** What one value means. @throws InputIssue */
  readonly parse: (text: string) => Value;
}

/** What is wrong with a value, as the end of a sentence. */
export class InputIssue extends Error {
  override readonly name = 'InputIssue';
}

/** A parameter that may be given once or several times; what it gives is a list. */
export function repeatedField<Value>({ description, example, longest, parse }: RepeatedField<Value>) {
  const one = z.string().min(1).max(longest);
  const error = `must be a text of 1 to ${longest} characters, given at most ${MOST_VALUES} times`;
  return z
    .union([one, z.array(one).min(1).max(MOST_VALUES)], { error })
    .describe(description)
    .meta({ examples: [example] })
    .transform((given, context): Value[] => {
      try {
        return [given].flat().map(parse);
      } catch (issue) {
        if (!(issue instanceof InputIssue)) throw issue;
        context.addIssue({ code: 'custom', message: issue.message });
        return z.NEVER;
      }
    })
    .optional();
}

/** The same of a parameter that takes some words alone. */
export function repeatedChoice<const Words extends readonly [string, ...string[]]>(words: Words, description: string) {
  const one = z.enum(words);
  return z
    .union([one, z.array(one).min(1).max(words.length)], {
      error: `must be one of ${words.join(', ')}, or several by repeating it`,
    })
    .describe(description)
    .meta({ examples: [words[0]] })
    .transform((given) => [given].flat())
    .optional();
}
