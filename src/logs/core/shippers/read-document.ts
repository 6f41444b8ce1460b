import { readCriLine } from '../container-log/read-cri-line.js';
import { readDockerLine } from '../container-log/read-docker-line.js';
import { flattenFields } from '../line/flatten-fields.js';
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
  const rest = restOf(document, [
    ...names,
    ...(time?.names ?? []),
    ...(messageName === undefined ? [] : [messageName]),
  ]);
  const { fields, isWhole } = flattenFields(rest);
  const message = messageName === undefined ? undefined : (document[messageName] as string);
  const line = {
    text: message ?? (isWhole ? JSON.stringify(rest) : text),
    timeNs: time?.timeNs ?? facts.observedNs,
    ...streamOf(document),
    isPartial: PARTIAL.some((name) => isPartialMark(document[name])),
  };
  const raw = isFromContainerFile ? (readCriLine(line.text) ?? readDockerLine(line.text)) : undefined;
  const found = level ?? levelIn(fields);
  return {
    ...(raw ?? { ...line, text: line.text.endsWith('\n') ? line.text.slice(0, -1) : line.text }),
    origin,
    facts,
    fields,
    ...(found && { level: found }),
  };
}

function isPartialMark(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^P(?::|$)/.test(value));
}

function streamOf({ stream }: JsonObject): { readonly stream?: 'stdout' | 'stderr' } {
  return stream === 'stdout' || stream === 'stderr' ? { stream } : {};
}

/** The document without what was read already. @param used names at the top; paths below it take nothing away */
function restOf(document: JsonObject, used: readonly string[]): JsonObject {
  const kept = Object.keys(document).filter((name) => !isUsed(name, document[name], used));
  return kept.length === 0 ? NOTHING : Object.fromEntries(kept.map((name) => [name, document[name]]));
}

const NOTHING: JsonObject = {};
const MARKS: ReadonlySet<string> = new Set(PARTIAL);

function isUsed(name: string, value: unknown, used: readonly string[]): boolean {
  if (MARKS.has(name) || used.includes(name)) return true;
  if (name === 'stream') return value === 'stdout' || value === 'stderr';
  return ABOUT_TRANSPORT.has(name) && isObject(value);
}
