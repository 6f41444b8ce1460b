import { MESSAGE_BYTES, type LogRecord } from '../log-record.js';
import { TRACE_HEAD_CHARACTERS, TRACE_RULES, TRACE_STARTS, UNCERTAIN, type TraceState } from './trace-rules.js';

/** How long a caller holds a line back before it flushes, ms: what a program prints of one trace comes at once. */
export const JOIN_HOLD_MS = 1_000;
/** Lines whose times are further apart belong to no one trace, ns. */
export const JOIN_GAP_NS = 1_000_000_000n;
/** A longer trace goes on in a record of its own. */
export const JOIN_LINES = 500;

/** A line, or a stack trace of several, and the marks that its lines were pushed with, in their order. */
export interface JoinedLine<Mark> {
  readonly record: LogRecord;
  readonly marks: readonly Mark[];
}

/** What waits for the next line. */
export interface HeldLines {
  readonly lines: number;
  /** When the first of them was pushed, ms. */
  readonly sinceMs: number;
}

interface Held<Mark> {
  readonly lines: { readonly record: LogRecord; readonly mark: Mark }[];
  readonly sinceMs: number;
  state: TraceState;
  bytes: number;
}

/**
 * Joins the lines of a stack trace (Java, Python, Go, Node; `trace-rules.ts`) to one record: its message holds the newlines, and time, sequence and everything else are the
 * first line's. For the lines of ONE stream of ONE container, in their order. Only a line that may begin a trace is held back, until the next one comes or the caller
 * flushes; what is held is bounded by `JOIN_LINES` and `MESSAGE_BYTES`.
 */
export class LineJoiner<Mark> {
  private held: Held<Mark> | undefined;

  /**
   * @param mark comes back with the record: what its caller must remember of the line
   * @param nowMs any clock, for `holding`
   * @returns what is complete now, in order
   */
  push(record: LogRecord, mark: Mark, nowMs: number): JoinedLine<Mark>[] {
    const { held } = this;
    if (!held) return this.begin(record, mark, nowMs, stateOf(record));
    const next = nextState(held, record);
    if (next === undefined) return [...this.flush(), ...this.begin(record, mark, nowMs, stateOf(record))];
    const bytes = Buffer.byteLength(record.message) + 1;
    const isFull = held.lines.length >= JOIN_LINES || held.bytes + bytes > MESSAGE_BYTES;
    if (isFull) return [...this.flush(), ...this.begin(record, mark, nowMs, next === 'end' ? undefined : next)];
    held.lines.push({ record, mark });
    held.bytes += bytes;
    if (next === 'end') return this.flush();
    held.state = next;
    return [];
  }

  /** What waits, so that a caller knows when to flush. */
  holding(): HeldLines | undefined {
    return this.held && { lines: this.held.lines.length, sinceMs: this.held.sinceMs };
  }

  /** Gives out what waits. */
  flush(): JoinedLine<Mark>[] {
    const { held } = this;
    this.held = undefined;
    if (!held) return [];
    if (UNCERTAIN.has(held.state)) return held.lines.map(({ record, mark }) => ({ record, marks: [mark] }));
    return [joined(held)];
  }

  private begin(record: LogRecord, mark: Mark, nowMs: number, state: TraceState | undefined): JoinedLine<Mark>[] {
    if (state === undefined || record.cutBytes !== undefined) return [{ record, marks: [mark] }];
    this.held = { lines: [{ record, mark }], sinceMs: nowMs, state, bytes: Buffer.byteLength(record.message) };
    return [];
  }
}

function headOf({ message }: LogRecord): string {
  const head = message.slice(0, TRACE_HEAD_CHARACTERS);
  return head.endsWith('\r') ? head.slice(0, -1) : head;
}

/** The state after a line that may begin a trace. */
function stateOf(record: LogRecord): TraceState | undefined {
  const head = headOf(record);
  const start = TRACE_STARTS.find(({ pattern }) => pattern.test(head));
  if (start) return start.next === 'end' ? undefined : start.next;
  const isBad = record.level === 'error' || record.level === 'fatal' || record.level === 'warn';
  return isBad || head.includes('Exception') ? 'log-line' : undefined;
}

function nextState<Mark>({ state, lines }: Held<Mark>, record: LogRecord): TraceState | 'end' | undefined {
  const lastNs = lines.at(-1)?.record.timeNs ?? record.timeNs;
  const isNear = record.timeNs >= lastNs - JOIN_GAP_NS && record.timeNs <= lastNs + JOIN_GAP_NS;
  if (!isNear || record.cutBytes !== undefined) return undefined;
  const head = headOf(record);
  return TRACE_RULES[state].find(({ pattern }) => pattern.test(head))?.next;
}

function joined<Mark>({ lines }: Held<Mark>): JoinedLine<Mark> {
  const [first] = lines;
  if (!first) throw new Error('Nothing is held');
  if (lines.length === 1) return { record: first.record, marks: [first.mark] };
  const message = lines.map(({ record }) => record.message).join('\n');
  return {
    record: { ...first.record, message, level: first.record.level ?? 'error' },
    marks: lines.map(({ mark }) => mark),
  };
}
