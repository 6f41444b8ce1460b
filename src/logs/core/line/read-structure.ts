import type { LogFieldValue } from '../log-record.js';
import type { LogLevel } from '../log-level.js';
import { detectLevel } from './detect-level.js';
import { flattenFields } from './flatten-fields.js';
import { levelOfValue } from './level-names.js';
import { parseJsonObject } from './parse-json-object.js';
import { parseLogfmt } from './parse-logfmt.js';

/** What a line says: its message, and what is structured in it. */
export interface LineStructure {
  readonly message: string;
  readonly level?: LogLevel;
  readonly fields?: Readonly<Record<string, LogFieldValue>>;
}

const MESSAGE_KEYS = ['message', 'msg', 'log'];
const LEVEL_KEYS = [
  'level',
  'severity',
  'lvl',
  'log.level',
  'loglevel',
  'levelname',
  'severity_text',
  'severityText',
  '@l',
  'LEVEL',
  'SEVERITY',
];

/**
 * Reads JSON objects, and `key=value` pairs wherever they stand. The message is taken out of a line only where everything else of it stands in `fields`: nothing of
 * a line is lost. The level is that of a level field, else what `detectLevel` finds in the message.
 * @param known the level, where it need not be looked for
 */
export function readStructure(text: string, known?: LogLevel): LineStructure {
  const object = parseJsonObject(text);
  if (object) return structureOf(object, text, known);
  const logfmt = parseLogfmt(text);
  if (!logfmt) return withLevel(text, known ?? detectLevel(text));
  const { fields, isWhole } = logfmt;
  const key = isWhole ? messageKeyOf(fields) : undefined;
  const level = known ?? levelIn(fields) ?? detectLevel(text);
  if (key === undefined) return withLevel(text, level, fields);
  const { [key]: message, ...rest } = fields;
  return withLevel(String(message), level, rest);
}

/** @param text the line that the object was read from */
export function structureOf(object: object, text: string, known?: LogLevel): LineStructure {
  const key = messageKeyOf(object as Readonly<Record<string, unknown>>);
  const { fields, isWhole } = flattenFields(object, key, text);
  const message = key === undefined ? text : String((object as Readonly<Record<string, unknown>>)[key]);
  return withLevel(isWhole ? message : text, known ?? levelIn(fields) ?? detectLevel(message), fields);
}

function messageKeyOf(object: Readonly<Record<string, unknown>>): string | undefined {
  return MESSAGE_KEYS.find(
    (key) => Object.hasOwn(object, key) && typeof object[key] === 'string' && object[key] !== '',
  );
}

/** The level that one of a structured line's fields names. */
export function levelIn(fields: Readonly<Record<string, unknown>>): LogLevel | undefined {
  for (const key of LEVEL_KEYS) {
    const level = Object.hasOwn(fields, key) ? levelOfValue(fields[key]) : undefined;
    if (level !== undefined) return level;
  }
  return undefined;
}

function withLevel(
  message: string,
  level: LogLevel | undefined,
  fields: Readonly<Record<string, LogFieldValue>> = {},
): LineStructure {
  return { message, ...(level && { level }), ...(Object.keys(fields).length > 0 && { fields }) };
}
