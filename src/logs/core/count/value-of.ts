import { EXACT_KEYS } from '../filter/log-filter.js';
import type { LogRecord } from '../log-record.js';

const FIELD = 'field.';

/** What a record has under a key that lines are counted by: a part that is compared as it is, or `field.NAME`. Absent where it lacks it. */
export function valueOf(record: LogRecord, key: string): string | undefined {
  const exact = EXACT_KEYS.find((name) => name === key);
  if (exact) return record[exact];
  if (!key.startsWith(FIELD)) throw new Error(`There is no ${key} to count by`);
  const name = key.slice(FIELD.length);
  const { fields } = record;
  return fields && Object.hasOwn(fields, name) ? String(fields[name]) : undefined;
}
