import { FIELD_COMPARISONS, type FieldComparison, type LogCondition } from '../filter/log-filter.js';
import { QuestionError } from './question-error.js';

/**
 * Reads a condition on a field of structured lines: `status>=500`, `http.method=GET`, `error!=`, or a name alone, which asks whether the field is there.
 *
 * The name ends at the first of `=`, `!=`, `>`, `>=`, `<`, `<=`; one that holds these stands in JSON's quotes (`"a=b"=1`). Everything behind the sign is the value, as
 * it stands; what it means is said at `LogCondition`.
 */

export const FIELD_NAME_CHARACTERS = 256;

const PLAIN = /^([^=!<>"]+)(!=|>=|<=|=|>|<)?/s;
const QUOTED = /^("(?:[^"\\]|\\.)*")(!=|>=|<=|=|>|<)?/s;

/** @throws QuestionError */
export function parseFieldCondition(text: string): LogCondition & { readonly kind: 'field' } {
  const [head = '', written = '', sign] = (text.startsWith('"') ? QUOTED : PLAIN).exec(text) ?? [];
  const name = nameOf(written);
  if (name === '') throw new QuestionError(0, 'must begin with the name of a field, such as status>=500');
  if (name.length > FIELD_NAME_CHARACTERS)
    throw new QuestionError(0, `the name is longer than ${FIELD_NAME_CHARACTERS} characters`);
  const value = text.slice(head.length);
  if (sign === undefined) {
    if (value === '') return { kind: 'field', name, comparison: 'exists' };
    throw new QuestionError(head.length, `expected one of ${SIGNS.join(' ')} or the end`);
  }
  const comparison = SIGNS.find((one) => one === sign);
  if (comparison === undefined) throw new Error(`No such comparison: ${sign}`);
  return { kind: 'field', name, comparison, value };
}

const SIGNS = FIELD_COMPARISONS.filter((sign): sign is Exclude<FieldComparison, 'exists'> => sign !== 'exists');

function nameOf(written: string): string {
  if (!written.startsWith('"')) return written;
  try {
    return String(JSON.parse(written));
  } catch {
    throw new QuestionError(0, 'the quoted name is no JSON string');
  }
}
