import type { estypes } from '@elastic/elasticsearch';
import { type LabelRequirement, parseLabelRequirements } from '../../core/label-selector.js';
import type { LogCondition, LogFilter, LogSpan } from '../../logs/core/filter/log-filter.js';
import { numberOf } from '../../logs/core/filter/number-of.js';
import { isoOf, LAST_NS } from './instant-nanos.js';
import { FIELD_OF, isIndexable, ODD_NAME } from './log-document.js';
import { LEAST_NUMBER, MOST_NUMBER, sortableNumber } from './sortable-number.js';

export type Query = estypes.QueryDslQueryContainer;

/** A longer text in a keyword is not indexed, characters. Four bytes each are within Lucene's longest term. */
export const KEYWORD_CHARACTERS = 8191;
/** The same of a value of a field or label, which shares its term with the name. */
export const FIELD_CHARACTERS = 4096;

/** What Elasticsearch is asked. */
export interface FilterQuery {
  /** Each must hold. */
  readonly filter: readonly Query[];
  /** Whether the query decides the filter; else it lets more through, and `recordMatcher` decides. */
  readonly isExact: boolean;
}

/** A condition as a query: one that decides it, one that lets more through, or (undefined) none. */
interface Asked {
  readonly query?: Query;
  readonly isExact: boolean;
}

/** Puts a filter, and a span of time, as a query. What a caller may see always stands in the query itself. */
export function filterQuery({ visibleNamespaces, terms }: LogFilter, span?: LogSpan): FilterQuery {
  const filter: Query[] = [];
  if (visibleNamespaces) filter.push({ terms: { [FIELD_OF.namespace]: [...visibleNamespaces] } });
  if (span) filter.push(spanQuery(span));
  let isExact = true;
  for (const { condition, isNegated } of terms) {
    const asked = askFor(condition);
    isExact &&= asked.isExact;
    if (!asked.query || (isNegated && !asked.isExact)) continue;
    filter.push(isNegated ? { bool: { must_not: [asked.query] } } : asked.query);
  }
  return { filter, isExact };
}

/** Lines whose time `date_nanos` does not hold stand at the nearest one that it holds. */
function spanQuery({ fromNs, toNs }: LogSpan): Query {
  if (toNs <= fromNs || toNs <= 0n || fromNs > LAST_NS) return { match_none: {} };
  const until = toNs > LAST_NS ? {} : { lt: isoOf(toNs) };
  return { range: { '@timestamp': { gte: isoOf(fromNs), ...until, format: 'strict_date_optional_time_nanos' } } };
}

function askFor(condition: LogCondition): Asked {
  switch (condition.kind) {
    case 'exact': {
      const query = { terms: { [FIELD_OF[condition.key]]: [...condition.values] } };
      return condition.values.every((value) => value.length <= KEYWORD_CHARACTERS) ? decided(query) : undecided();
    }
    case 'labels':
      return askForAll(parseLabelRequirements(condition.selector).map(askForLabel));
    case 'words':
      return askForWords(
        condition.tokens,
        allOf(condition.tokens.map((token) => ({ term: { 'quartermaster.words': token } }))),
      );
    case 'phrase':
      return askForWords(condition.tokens, { match_phrase: { 'quartermaster.words': condition.tokens.join(' ') } });
    case 'regex':
      return undecided();
    case 'field':
  }
  return askForField(condition);
}

/** A token that was cut in the middle of a character stands otherwise in Elasticsearch, and none at all is no text to search for. */
function askForWords(tokens: readonly string[], query: Query): Asked {
  return tokens.length > 0 && tokens.every((token) => token.isWellFormed()) ? decided(query) : undecided();
}

function askForLabel(requirement: LabelRequirement): Asked {
  const field = `kubernetes.labels.${requirement.key}`;
  const isThere = { exists: { field } };
  switch (requirement.operator) {
    case 'exists':
      return decided(isThere);
    case 'absent':
      return decided(noneOf(isThere));
    case 'in':
      return decided({ terms: { [field]: [...requirement.values] } });
    case 'notin':
      return decided(noneOf({ terms: { [field]: [...requirement.values] } }));
    case '>':
    case '<':
  }
  return undecided(isThere);
}

function askForField({ name, comparison, value }: LogCondition & { readonly kind: 'field' }): Asked {
  if (!isIndexable(name)) return undecided({ term: { 'quartermaster.field_names': ODD_NAME } });
  const isThere: Query = { term: { 'quartermaster.field_names': name } };
  if (comparison === 'exists' || value === undefined) return decided(isThere);
  const number = numberOf(value);
  const numbers = `quartermaster.field_numbers.${name}`;
  if (comparison === '=' || comparison === '!=') {
    if (number === undefined && String(value).length > FIELD_CHARACTERS) return undecided(isThere);
    const isEqual =
      number === undefined
        ? { term: { [`fields.${name}`]: String(value) } }
        : { term: { [numbers]: sortableNumber(number) } };
    return decided(comparison === '=' ? isEqual : allOf([isThere, noneOf(isEqual)]));
  }
  if (number === undefined) return decided({ match_none: {} });
  const bound = sortableNumber(number);
  const range = {
    '>': { gt: bound, lte: MOST_NUMBER },
    '>=': { gte: bound, lte: MOST_NUMBER },
    '<': { gte: LEAST_NUMBER, lt: bound },
    '<=': { gte: LEAST_NUMBER, lte: bound },
  }[comparison];
  return decided({ range: { [numbers]: range } });
}

function askForAll(all: readonly Asked[]): Asked {
  return {
    query: allOf(all.flatMap(({ query }) => query ?? [])),
    isExact: all.every(({ isExact }) => isExact),
  };
}

function decided(query: Query): Asked {
  return { query, isExact: true };
}

function undecided(query?: Query): Asked {
  return { ...(query && { query }), isExact: false };
}

function allOf(queries: readonly Query[]): Query {
  return { bool: { filter: [...queries] } };
}

function noneOf(query: Query): Query {
  return { bool: { must_not: [query] } };
}
