import type { LabelPredicate } from '../../../core/label-selector.js';
import type { LogFieldValue } from '../log-record.js';

/** The parts of a record that are compared as they are. */
export const EXACT_KEYS = [
  'namespace',
  'pod',
  'podUid',
  'container',
  'containerId',
  'node',
  'workload',
  'unit',
  'stream',
  'level',
  'source',
] as const;
export type ExactKey = (typeof EXACT_KEYS)[number];

export const FIELD_COMPARISONS = ['=', '!=', '>', '>=', '<', '<=', 'exists'] as const;
export type FieldComparison = (typeof FIELD_COMPARISONS)[number];

/**
 * One condition. What a record lacks matches no condition, and therefore every negated one.
 *
 * - `exact`: the part is one of the values.
 * - `labels`: a Kubernetes label selector; of a record without labels, those of an object that has none.
 * - `words`: each of these tokens (`tokens.ts`) is one of the message's.
 * - `phrase`: these tokens stand in the message next to each other, in this order.
 * - `regex`: the pattern (RE2's syntax) is found anywhere in the message; `.` matches a newline only with `(?s)`.
 * - `field`: `exists`, or the field compared with the value: as numbers where both are numbers or are written like decimal ones, else as texts, which are only
 *   equal or not (no text is `>` another). `!=` wants the field to be there.
 */
export type LogCondition =
  | { readonly kind: 'exact'; readonly key: ExactKey; readonly values: readonly string[] }
  | { readonly kind: 'labels'; readonly selector: string; readonly matches: LabelPredicate }
  | { readonly kind: 'words'; readonly tokens: readonly string[] }
  | { readonly kind: 'phrase'; readonly tokens: readonly string[] }
  | { readonly kind: 'regex'; readonly pattern: string }
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly comparison: FieldComparison;
      readonly value?: LogFieldValue;
    };

export interface LogTerm {
  readonly condition: LogCondition;
  readonly isNegated: boolean;
}

/** Which records: each term must hold. */
export interface LogFilter {
  /** The namespaces that the caller may see; absent means all, and what belongs to no namespace. Holds before everything else, in every kind of answer. */
  readonly visibleNamespaces?: readonly string[];
  readonly terms: readonly LogTerm[];
}

/** Inclusive and exclusive, nanoseconds since the epoch. */
export interface LogSpan {
  readonly fromNs: bigint;
  readonly toNs: bigint;
}
