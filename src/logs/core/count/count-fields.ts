import type { LogRecord } from '../log-record.js';

type FieldType = 'string' | 'number' | 'boolean';

/** A field of structured lines. */
export interface LogField {
  readonly name: string;
  readonly types: readonly FieldType[];
  /** Among the lines that were looked at. */
  readonly lines: number;
}

/** Which fields these records have. @returns most lines first, equal ones by name; at most `limit` */
export function countFields(records: readonly LogRecord[], limit: number): LogField[] {
  const found = new Map<string, { readonly types: Set<FieldType>; lines: number }>();
  for (const { fields = {} } of records) {
    for (const [name, value] of Object.entries(fields)) {
      const field = found.get(name) ?? { types: new Set(), lines: 0 };
      field.types.add(typeof value as FieldType);
      field.lines += 1;
      found.set(name, field);
    }
  }
  const fields = [...found].map(([name, { types, lines }]) => ({ name, types: [...types].sort(), lines }));
  return fields.sort(byLines).slice(0, limit);
}

function byLines(left: LogField, right: LogField): number {
  if (left.lines !== right.lines) return right.lines - left.lines;
  return left.name < right.name ? -1 : 1;
}
