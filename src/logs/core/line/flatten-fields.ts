import type { LogFieldValue } from '../log-record.js';
import { hasNames, namesIn } from './count-names.js';
import { visibleText } from './visible-text.js';

/** Bounds of what is kept of a structured line; what is beyond stays in the message. */
export const FIELD_COUNT = 128;
export const FIELD_DEPTH = 8;
export const FIELD_NAME_CHARACTERS = 256;
export const FIELD_VALUE_CHARACTERS = 16 * 1024;

export interface FlatFields {
  readonly fields: Record<string, LogFieldValue>;
  /** Nothing was left out or cut. */
  readonly isWhole: boolean;
}

/**
 * An object's values by their paths, joined by dots: `{"http":{"status":500}}` is `http.status`. An array is one value, its JSON. Null is absence. A name comes once:
 * of two values for one path the first counts.
 * @param skip a name at the top that is left out on purpose
 * @param text the JSON that the object was parsed from, where a name that comes twice in one object is to count as left out: `JSON.parse` keeps the last one alone
 */
export function flattenFields(object: object, skip?: string, text?: string): FlatFields {
  const flattener = new Flattener(skip);
  flattener.add(object, '', 1);
  const { fields, isWhole, names } = flattener;
  return { fields, isWhole: isWhole && (text === undefined || hasNames(text, names)) };
}

class Flattener {
  readonly fields: Record<string, LogFieldValue> = {};
  isWhole = true;
  /** Names that were seen, also of null and of what is left out on purpose. */
  names = 0;
  private count = 0;

  constructor(private readonly skip: string | undefined) {}

  add(object: object, prefix: string, depth: number): void {
    const values = object as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(values)) {
      if (this.count >= FIELD_COUNT) {
        this.isWhole = false;
        return;
      }
      this.names += 1;
      if (depth === 1 && key === this.skip) continue;
      this.addOne(prefix === '' ? key : `${prefix}.${key}`, values[key], depth);
    }
  }

  private addOne(path: string, value: unknown, depth: number): void {
    if (value === null || value === undefined) return;
    if (typeof value === 'object' && !Array.isArray(value) && depth < FIELD_DEPTH) this.add(value, path, depth + 1);
    else if (path.length > FIELD_NAME_CHARACTERS) this.isWhole = false;
    else if (typeof value === 'object' && !isWritable(value)) this.isWhole = false;
    else this.set(visibleText(path), this.bounded(value));
  }

  private bounded(value: LogFieldValue | object): LogFieldValue {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'number') this.isWhole = false; // 1e999: no JSON of ours can hold it
    const raw = typeof value === 'object' ? JSON.stringify(value) : String(value);
    if (typeof value === 'object') this.names += namesIn(raw);
    const text = visibleText(raw);
    if (text.length <= FIELD_VALUE_CHARACTERS) return text;
    this.isWhole = false;
    return visibleText(text.slice(0, FIELD_VALUE_CHARACTERS));
  }

  private set(path: string, value: LogFieldValue): void {
    if (Object.hasOwn(this.fields, path)) {
      this.isWhole = false;
      return;
    }
    this.count++;
    if (path === '__proto__')
      Object.defineProperty(this.fields, path, { value, enumerable: true, configurable: true, writable: true });
    else this.fields[path] = value;
  }
}

/** What `JSON.stringify` walks by recursion would overflow at some thousands of levels. */
const WRITABLE_DEPTH = 64;

function isWritable(value: object): boolean {
  let level: object[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= WRITABLE_DEPTH) return false;
    level = level.flatMap((one) =>
      Object.values(one).filter((inner): inner is object => typeof inner === 'object' && inner !== null),
    );
  }
  return true;
}
