import type { z } from 'zod';

/** How input is to be, in words of this API, for what zod calls its types. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
};
const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
  record: ['entry', 'entries'],
};

/** What is wrong with input and how to mend it, in place of zod's own words; a schema's own words stay. */
export const inputWords: z.core.$ZodErrorMap = (issue) => {
  const rule = ruleOf(issue);
  if (rule === undefined) return undefined;
  return issue.input === undefined ? `is missing: it ${rule}` : rule;
};

function ruleOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return `must ${bound('at most', 'less than', issue.maximum, issue)}`;
    case 'too_small':
      return `must ${bound('at least', 'more than', issue.minimum, issue)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? `must match ${issue.pattern}`
        : issue.format === 'uuid'
          ? 'must be a UUID'
          : undefined;
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'unrecognized_keys':
    default:
      return undefined;
  }
}

function bound(
  inclusive: string,
  exclusive: string,
  limit: number | bigint,
  issue: { readonly origin: string; readonly inclusive?: boolean | undefined },
): string {
  const unit = UNITS[issue.origin];
  const words = `${issue.inclusive === false ? exclusive : inclusive} ${limit.toLocaleString('en')}`;
  return unit ? `have ${words} ${unit[limit === 1 ? 0 : 1]}` : `be ${words}`;
}
