import { TIMES } from './layouts.js';
import { readInstant } from './read-instant.js';
import type { JsonObject } from './value-at.js';

const MILLISECOND_NS = 1_000_000n;

export interface DocumentTime {
  readonly timeNs: bigint;
  /** The names that hold it. */
  readonly names: readonly string[];
}

/**
 * When a line was written. Fluent Bit and Fluentd cut `@timestamp` to the millisecond while the parser's own `time` bears the nanoseconds: of two stamps in one
 * millisecond the longer one counts. A program's own `time` that says otherwise stays a field.
 */
export function readTimes(document: JsonObject): DocumentTime | undefined {
  for (const name of TIMES) {
    const timeNs = Object.hasOwn(document, name) ? readInstant(document[name]) : undefined;
    if (timeNs === undefined) continue;
    const exactNs = name === 'time' ? undefined : readInstant(document['time']);
    const isSame = exactNs !== undefined && exactNs / MILLISECOND_NS === timeNs / MILLISECOND_NS;
    if (!isSame) return { timeNs, names: [name] };
    return { timeNs: exactNs > timeNs ? exactNs : timeNs, names: [name, 'time'] };
  }
  return undefined;
}
