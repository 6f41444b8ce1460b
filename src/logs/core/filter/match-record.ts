import { RE2JS } from 're2js';
import type { LogFieldValue, LogRecord } from '../log-record.js';
import type { LogCondition, LogFilter } from './log-filter.js';
import { numberOf } from './number-of.js';
import { tokensOf } from './tokens.js';

export type RecordPredicate = (record: LogRecord) => boolean;

/** Decides whether a record is one of those that a filter names: what every store must answer, and what live lines are filtered by. */
export function recordMatcher({ visibleNamespaces, terms }: LogFilter): RecordPredicate {
  const visible = visibleNamespaces && new Set(visibleNamespaces);
  const tests = terms.map(({ condition, isNegated }) => ({ matches: conditionMatcher(condition), isNegated }));
  return (record) => {
    if (visible && (record.namespace === undefined || !visible.has(record.namespace))) return false;
    return tests.every(({ matches, isNegated }) => matches(record) !== isNegated);
  };
}

function conditionMatcher(condition: LogCondition): RecordPredicate {
  switch (condition.kind) {
    case 'exact': {
      const values = new Set(condition.values);
      return (record) => {
        const value = record[condition.key];
        return value !== undefined && values.has(value);
      };
    }
    case 'labels':
      return (record) => condition.matches(record.labels ?? {});
    case 'words':
      return ({ message }) => {
        const tokens = new Set(tokensOf(message));
        return condition.tokens.every((token) => tokens.has(token));
      };
    case 'phrase':
      return ({ message }) => isWithin(condition.tokens, tokensOf(message));
    case 'regex': {
      const pattern = RE2JS.compile(condition.pattern);
      return ({ message }) => pattern.matcher(message).find();
    }
    case 'field':
  }
  return ({ fields }) => {
    const value = fields && Object.hasOwn(fields, condition.name) ? fields[condition.name] : undefined;
    return value !== undefined && matchesField(value, condition);
  };
}

function isWithin(tokens: readonly string[], all: readonly string[]): boolean {
  return all.some((_, start) => tokens.every((token, offset) => all[start + offset] === token));
}

function matchesField(value: LogFieldValue, { comparison, value: asked }: LogCondition & { kind: 'field' }): boolean {
  if (comparison === 'exists' || asked === undefined) return true;
  const [left, right] = [numberOf(value), numberOf(asked)];
  const areNumbers = left !== undefined && right !== undefined;
  const isEqual = areNumbers ? left === right : String(value) === String(asked);
  if (comparison === '=') return isEqual;
  if (comparison === '!=') return !isEqual;
  if (!areNumbers) return false;
  if (comparison === '>') return left > right;
  if (comparison === '>=') return left >= right;
  return comparison === '<' ? left < right : left <= right;
}
