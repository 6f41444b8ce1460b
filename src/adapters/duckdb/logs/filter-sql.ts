import type { ExactKey, LogCondition, LogFilter, LogTerm } from '../../../logs/core/filter/log-filter.js';
import { numberOf } from '../../../logs/core/filter/number-of.js';
import { tokensOf } from '../../../logs/core/filter/tokens.js';
import { sqlText } from '../sql-text.js';
import { LOWERED, WORD_CLASS } from './token-filter.js';

const COLUMNS: Readonly<Record<ExactKey, string>> = {
  namespace: 'namespace',
  pod: 'pod',
  podUid: 'pod_uid',
  container: 'container',
  containerId: 'container_id',
  node: 'node',
  workload: 'workload',
  unit: 'unit',
  stream: 'stream',
  level: 'level',
  source: 'source',
};
const DECIMAL = `'[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?'`;
/** `tokens.ts` cuts a longer run. */
const TOKEN_CHARACTERS = 128;

/** Label sets (as they are stored; `{}` for none) that a selector selects, of all that there are. */
export type SelectLabels = (condition: LogCondition & { kind: 'labels' }) => readonly string[];

/** A filter as a condition on a line's columns. What a line lacks matches no condition, and every negated one. */
export function filterSql({ visibleNamespaces, terms }: LogFilter, selectLabels: SelectLabels): string {
  const visible = visibleNamespaces === undefined ? [] : [oneOf('namespace', visibleNamespaces)];
  return [...visible, ...terms.map((term) => termSql(term, selectLabels))].join(' AND ') || 'true';
}

/** The column, or the expression, of what lines are counted by: a key, or `field.NAME`. */
export function keySql(key: string): string {
  const column = (COLUMNS as Readonly<Record<string, string>>)[key];
  if (column !== undefined) return column;
  if (!key.startsWith('field.')) throw new Error(`There is no ${key} to count by`);
  return fieldSql(key.slice('field.'.length));
}

/** The words that every line has that a filter lets through. */
export function requiredTokens({ terms }: LogFilter): string[] {
  return terms.flatMap(({ condition, isNegated }) =>
    !isNegated && (condition.kind === 'words' || condition.kind === 'phrase') ? condition.tokens : [],
  );
}

function termSql({ condition, isNegated }: LogTerm, selectLabels: SelectLabels): string {
  const holds = conditionSql(condition, selectLabels);
  return isNegated ? `NOT coalesce(${holds}, false)` : `(${holds})`;
}

function conditionSql(condition: LogCondition, selectLabels: SelectLabels): string {
  switch (condition.kind) {
    case 'exact':
      return oneOf(COLUMNS[condition.key], condition.values);
    case 'labels':
      return oneOf(`coalesce(labels, '{}')`, selectLabels(condition));
    case 'words':
      return condition.tokens.map((token) => tokensSql([token])).join(' AND ') || 'true';
    case 'phrase':
      return tokensSql(condition.tokens);
    case 'regex':
      return regexSql('message', condition.pattern);
    case 'field':
  }
  return comparisonSql(condition);
}

function oneOf(column: string, values: readonly string[]): string {
  return values.length === 0 ? 'false' : `${column} IN (${values.map((value) => sqlText(value)).join(', ')})`;
}

/**
 * Tokens next to each other. That the message holds the longest of them somewhere is asked first, since a regular expression costs more; words end where their class
 * does.
 */
function tokensSql(tokens: readonly string[]): string {
  if (tokens.length === 0) return `regexp_matches(message, '[${WORD_CLASS}]')`;
  if (tokens.some((token) => tokensOf(token).join() !== token)) return 'false'; // nothing that a message is cut into
  const longest = tokens.reduce((left, right) => (right.length > left.length ? right : left));
  const words = tokens.map((token) => (token.length < TOKEN_CHARACTERS ? token : `${token}[${WORD_CLASS}]*`));
  const pattern = `(?:^|[^${WORD_CLASS}])${words.join(`[^${WORD_CLASS}]+`)}(?:$|[^${WORD_CLASS}])`;
  return `contains(${LOWERED}, ${sqlText(longest)}) AND regexp_matches(${LOWERED}, ${sqlText(pattern)})`;
}

/** Whether a pattern is found in a text. @param text an expression */
export function regexSql(text: string, pattern: string): string {
  return `regexp_matches(${text}, ${sqlText(re2Pattern(pattern))})`;
}

/** RE2 as DuckDB has it knows names of groups in Python's spelling only; without a name a group means the same. */
function re2Pattern(pattern: string): string {
  const pieces = /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?P?<[A-Za-z_]\w*>/gs;
  return pattern.replace(pieces, (found) => (found.startsWith('(') ? '(' : found));
}

/** A field's value as text (JSON pointer, RFC 6901); NULL where there is none. */
function fieldSql(name: string): string {
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return `json_extract_string(fields, ${sqlText(pointer)})`;
}

function comparisonSql({ name, comparison, value }: LogCondition & { kind: 'field' }): string {
  const field = fieldSql(name);
  if (comparison === 'exists' || value === undefined) return `${field} IS NOT NULL`;
  const isText = `${field} = ${sqlText(String(value))}`;
  const number = numberOf(value);
  if (number === undefined) {
    if (comparison === '=') return isText;
    return comparison === '!=' ? `NOT (${isText})` : 'false';
  }
  const asNumber = `CASE WHEN regexp_full_match(${field}, ${DECIMAL}) THEN try_cast(${field} AS DOUBLE) END`;
  const literal = `'${String(number)}'::DOUBLE`;
  if (comparison === '=') return `coalesce((${asNumber}) = ${literal}, ${isText})`;
  if (comparison === '!=') return `NOT coalesce((${asNumber}) = ${literal}, ${isText})`;
  return `(${asNumber}) ${comparison} ${literal}`;
}
