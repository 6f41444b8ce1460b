import { readCriLine } from '../container-log/read-cri-line.js';
import { readDockerLine } from '../container-log/read-docker-line.js';
import { flattenFields, type FlatFields } from '../line/flatten-fields.js';
import { levelIn } from '../line/read-structure.js';
import type { LogLevel } from '../log-level.js';
import type { LogFieldValue } from '../log-record.js';
import { ABOUT_TRANSPORT, MESSAGES, PARTIAL } from './layouts.js';
import { readOrigin, type ShippedOrigin } from './read-origin.js';
import { readTimes } from './read-times.js';
import { isObject, type JsonObject } from './value-at.js';

/** The line that a shipper's document holds, or a part of one. */
export interface DocumentLine {
  readonly text: string;
  readonly timeNs: bigint;
  readonly stream?: 'stdout' | 'stderr';
  /** The runtime cut the line here; the rest is in a later document of the same container and stream. */
  readonly isPartial: boolean;
  readonly origin: ShippedOrigin;
  readonly facts: DocumentFacts;
  /** What the document says besides: fields that the shipper found in the line, or added. */
  readonly fields: Readonly<Record<string, LogFieldValue>>;
  /** What syslog, the journal or a level field of the document says. */
  readonly level?: LogLevel;
}

/** What its receiver knows of a document. */
export interface DocumentFacts {
  readonly observedNs: bigint;
  readonly sequence: number;
  readonly documentId?: string;
}

/**
 * Reads a document of Fluent Bit, Fluentd, Filebeat, Vector or rsyslog (`layouts.ts`). One of unknown layout is a line too: its text is `log`, `message` or `msg` where it has one, else
 * the document itself, and everything else is a field.
 * @param text the document as it was sent
 * @param from what `readOrigin` finds in it
 */
export function readDocument(
  document: JsonObject,
  text: string,
  facts: DocumentFacts,
  from = readOrigin(document),
): DocumentLine {
  const { origin, level, isFromContainerFile, names } = from;
  const time = readTimes(document);
  const messageName = MESSAGES.find((name) => typeof document[name] === 'string');
  const used = [...names, ...(time?.names ?? []), ...(messageName === undefined ? [] : [messageName])];
  const rest = restOf(document, used);
  const { fields, isWhole } = rest ? flattenFields(rest) : NO_FIELDS;
  const message = messageName === undefined ? undefined : (document[messageName] as string);
  const sent = message ?? (isWhole ? JSON.stringify(rest ?? {}) : text);
  const raw = isFromContainerFile ? (readCriLine(sent) ?? readDockerLine(sent)) : undefined;
  const stream = raw ? raw.stream : streamOf(document);
  const found = level ?? levelIn(fields);
  const line: Mutable<DocumentLine> = {
    text: raw ? raw.text : sent.endsWith('\n') ? sent.slice(0, -1) : sent,
    timeNs: raw ? raw.timeNs : (time?.timeNs ?? facts.observedNs),
    isPartial: raw ? raw.isPartial : PARTIAL.some((name) => isPartialMark(document[name])),
    origin,
    facts,
    fields,
  };
  if (stream) line.stream = stream;
  if (found) line.level = found;
  return line;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function isPartialMark(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^P(?::|$)/.test(value));
}

function streamOf({ stream }: JsonObject): 'stdout' | 'stderr' | undefined {
  return stream === 'stdout' || stream === 'stderr' ? stream : undefined;
}

/** The document without what was read already; undefined when nothing is left. @param used names at the top; paths below it take nothing away */
function restOf(document: JsonObject, used: readonly string[]): JsonObject | undefined {
  let rest: Record<string, unknown> | undefined;
  for (const name of Object.keys(document)) {
    if (isUsed(name, document[name], used)) continue;
    rest ??= {};
    if (name === '__proto__') Object.defineProperty(rest, name, { value: document[name], enumerable: true });
    else rest[name] = document[name];
  }
  return rest;
}

const NO_FIELDS: FlatFields = { fields: {}, isWhole: true };
const MARKS: ReadonlySet<string> = new Set(PARTIAL);

function isUsed(name: string, value: unknown, used: readonly string[]): boolean {
  if (MARKS.has(name) || used.includes(name)) return true;
  if (name === 'stream') return value === 'stdout' || value === 'stderr';
  return ABOUT_TRANSPORT.has(name) && isObject(value);
}
