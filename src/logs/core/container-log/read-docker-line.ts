import { parseTimeNs } from '../parse-time-ns.js';
import { isStream, type ContainerLine } from './container-line.js';

const PADDING = /^\0+/;

/**
 * Reads a line of Docker's `json-file` logging driver: `{"log":"text\n","stream":"stdout","time":"2026-01-01T10:00:00.1Z"}`. A text without its newline is a part of a
 * longer line. Undefined for what is no such line: another object, or one that was cut.
 */
export function readDockerLine(line: string): ContainerLine | undefined {
  const text = line.replace(PADDING, '');
  if (!text.startsWith('{')) return undefined;
  try {
    return dockerLineOf(JSON.parse(text) as Readonly<Record<string, unknown>>);
  } catch {
    return undefined;
  }
}

/** The same of the object that such a line holds. */
export function dockerLineOf({ log, stream, time }: Readonly<Record<string, unknown>>): ContainerLine | undefined {
  if (typeof log !== 'string' || typeof time !== 'string' || !isStream(stream)) return undefined;
  const timeNs = parseTimeNs(time);
  if (timeNs === undefined) return undefined;
  const isPartial = !log.endsWith('\n');
  return { text: isPartial ? log : log.slice(0, -1), timeNs, stream, isPartial };
}
