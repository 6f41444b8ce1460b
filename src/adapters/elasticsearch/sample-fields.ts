import type { LogRecord } from '../../logs/core/log-record.js';
import type { LogField } from '../../logs/store/log-store.port.js';

/** The fields of these records, those of the most lines first; equal ones by name. */
export function sampleFields(records: readonly LogRecord[], most: number): LogField[] {
  const found = new Map<string, { types: Set<LogField['types'][number]>; lines: number }>();
  for (const { fields = {} } of records) {
    for (const [name, value] of Object.entries(fields)) {
      const field = found.get(name) ?? { types: new Set(), lines: 0 };
      field.types.add(typeof value as LogField['types'][number]);
      field.lines += 1;
      found.set(name, field);
    }
  }
  return [...found]
    .map(([name, { types, lines }]) => ({ name, types: [...types].sort(), lines }))
    .sort((left, right) => right.lines - left.lines || (left.name < right.name ? -1 : 1))
    .slice(0, most);
}
