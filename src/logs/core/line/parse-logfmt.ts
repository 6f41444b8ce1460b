import type { LogFieldValue } from '../log-record.js';
import { FIELD_COUNT, FIELD_VALUE_CHARACTERS } from './flatten-fields.js';

export interface LogfmtLine {
  readonly fields: Record<string, LogFieldValue>;
  /** The line is nothing but pairs, all of which are in `fields`. */
  readonly isWhole: boolean;
}

const PAIR = /(?<![^\s,;([{])([A-Za-z_@][\w.@/-]{0,127})=(?:"((?:[^"\\]|\\.)*)"|([^\s"=,;]*))/g;
const ESCAPE = /\\(.)/gs;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** The `key=value` and `key="quoted value"` pairs of a line (github.com/kr/logfmt), wherever in it they stand; undefined when it has none. */
export function parseLogfmt(text: string): LogfmtLine | undefined {
  if (!text.includes('=')) return undefined;
  const fields: Record<string, LogFieldValue> = {};
  let count = 0;
  let between = 0;
  let end = 0;
  for (const match of text.matchAll(PAIR)) {
    const [pair, key = '', quoted, bare = ''] = match;
    const value = quoted === undefined ? bareValue(bare) : unescape(quoted);
    const isKept = count < FIELD_COUNT && !Object.hasOwn(fields, key) && String(value).length <= FIELD_VALUE_CHARACTERS;
    if (isKept && key !== '__proto__') {
      count++;
      fields[key] = value;
    } else between++;
    if (text.slice(end, match.index).trim() !== '') between++;
    end = match.index + pair.length;
  }
  return count === 0 ? undefined : { fields, isWhole: between === 0 && text.slice(end).trim() === '' };
}

function unescape(quoted: string): string {
  return quoted.includes('\\') ? quoted.replace(ESCAPE, (_, one: string) => ESCAPED[one] ?? one) : quoted;
}

/** A number only where it is written as a number would be: `0012` stays a text. */
function bareValue(text: string): LogFieldValue {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const number = Number(text);
  return String(number) === text && Number.isFinite(number) ? number : text;
}
