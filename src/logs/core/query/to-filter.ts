import { EXACT_KEYS, type ExactKey, type LogCondition, type LogFilter, type LogTerm } from '../filter/log-filter.js';
import { levelsFrom, type LogLevel } from '../log-level.js';

/** The parts of a question that can be asked for and, each with `not` before its name, against. */
export type LogSelection = Readonly<Partial<Record<ExactKey, readonly string[] | undefined>>> & {
  readonly labelSelector?: (LogCondition & { readonly kind: 'labels' }) | undefined;
  /** Each is the tokens of one text. */
  readonly text?: readonly (readonly string[])[] | undefined;
  readonly phrase?: readonly (readonly string[])[] | undefined;
  readonly regex?: readonly string[] | undefined;
  readonly field?: readonly (LogCondition & { readonly kind: 'field' })[] | undefined;
};

/** What a question asks for. */
export interface LogWish {
  readonly is: LogSelection;
  readonly isNot: LogSelection;
  readonly minLevel?: LogLevel | undefined;
}

/** The filter that a wish means: values of one part are alternatives, everything else must hold together. */
export function toFilter(
  { is, isNot, minLevel }: LogWish,
  visibleNamespaces: readonly string[] | undefined,
): LogFilter {
  const bad: LogTerm[] =
    minLevel === undefined
      ? []
      : [{ condition: { kind: 'exact', key: 'level', values: levelsFrom(minLevel) }, isNegated: false }];
  const terms = [...termsOf(is, false), ...bad, ...termsOf(isNot, true)];
  return { ...(visibleNamespaces ? { visibleNamespaces } : {}), terms };
}

function termsOf(selection: LogSelection, isNegated: boolean): LogTerm[] {
  const exact = EXACT_KEYS.flatMap((key): LogCondition[] => {
    const values = selection[key];
    return values ? [{ kind: 'exact', key, values }] : [];
  });
  const { labelSelector, text = [], phrase = [], regex = [], field = [] } = selection;
  const conditions: LogCondition[] = [
    ...exact,
    ...(labelSelector ? [labelSelector] : []),
    ...field,
    ...text.map((tokens): LogCondition => ({ kind: 'words', tokens })),
    ...phrase.map((tokens): LogCondition => ({ kind: 'phrase', tokens })),
    ...regex.map((pattern): LogCondition => ({ kind: 'regex', pattern })),
  ];
  return conditions.map((condition) => ({ condition, isNegated }));
}
