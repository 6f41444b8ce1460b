import type { LogRecord } from '../../../logs/core/log-record.js';
import type { LogField } from '../../../logs/store/log-store.port.js';

type FieldType = LogField['types'][number];

/** The fields of some records: their types, and how many lines have them; most lines first, equal ones by name. */
export function countFields(records: readonly Pick<LogRecord, 'fields'>[]): LogField[] {
  const found = new Map<string, { lines: number; types: Set<FieldType> }>();
  for (const { fields = {} } of records) {
    for (const [name, value] of Object.entries(fields)) {
      const field = found.get(name) ?? { lines: 0, types: new Set<FieldType>() };
      field.lines += 1;
      field.types.add(typeof value as FieldType);
      found.set(name, field);
    }
  }
  return [...found]
    .map(([name, { lines, types }]) => ({ name, lines, types: [...types].sort() }))
    .sort((left, right) => right.lines - left.lines || (left.name < right.name ? -1 : 1));
}
