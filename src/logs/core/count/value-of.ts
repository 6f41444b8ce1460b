import { EXACT_KEYS } from '../filter/log-filter.js';
import type { LogRecord } from '../log-record.js';

const FIELD = 'field.';

/** The name of the field that a key of a histogram or facet means; undefined where it means a part of the record. */
export function fieldNameOf(key: string): string | undefined {
  return key.startsWith(FIELD) ? key.slice(FIELD.length) : undefined;
}

/**
 * What a record has under a key that lines are counted by: a part that is compared as it is, or `field.NAME`. Absent where it lacks it.
 * @throws RangeError when there is no such key
 */
export function valueOf(record: LogRecord, key: string): string | undefined {
  const name = fieldNameOf(key);
  if (name !== undefined) {
    const { fields } = record;
    return fields && Object.hasOwn(fields, name) ? String(fields[name]) : undefined;
  }
  const part = EXACT_KEYS.find((one) => one === key);
  if (!part) throw new RangeError(`There is no ${key} to count by`);
  return record[part];
}
