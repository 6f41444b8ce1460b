/**
 * Reads Prometheus' text format (version 0.0.4; prometheus.io/docs/instrumenting/exposition_formats) as it comes, chunk by chunk, in one pass. Families that nobody wants
 * are passed over without being decoded, and of the text only the line at a chunk's end is kept.
 */

/** A value of a gauge, a counter or an untyped metric. */
export interface ExposedPoint {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** The exposition's own time stamp, ms since the epoch; absent when it gives none. */
  readonly atMs?: number;
}

export type ExposedType = 'counter' | 'gauge' | 'untyped';

export interface ExpositionTaker {
  readonly wants: (family: string) => boolean;
  /** Called for each finite value of a wanted family. */
  readonly take: (point: ExposedPoint, type: ExposedType) => void;
}

/** What was sent is no exposition. */
export class ExpositionGarbage extends Error {
  override readonly name = 'ExpositionGarbage';
}

const MOST_LINE_BYTES = 64 * 1024;
const LINE_END = 0x0a;
const HASH = 0x23;
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (\w+)\s*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+(-?\d+))?\s*$/;
/** One label and what parts it from the next. */
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n' };
const TYPES: ReadonlySet<string> = new Set<ExposedType>(['counter', 'gauge', 'untyped']);

export class ExpositionReader {
  private rest: Buffer | undefined;
  /** The family whose lines come; undefined while they are passed over. */
  private family: { readonly name: string; readonly type: ExposedType } | undefined;
  /** Whether lines without a TYPE before them may come: those of a family that is known are of it. */
  private isPassing = false;

  constructor(private readonly taker: ExpositionTaker) {}

  /** The bytes are used before this returns. @throws ExpositionGarbage */
  push(chunk: Buffer): void {
    const text = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk]);
    let start = 0;
    for (let end = text.indexOf(LINE_END); end >= 0; end = text.indexOf(LINE_END, start)) {
      if (end > start) this.line(text, start, end);
      start = end + 1;
    }
    if (text.length - start > MOST_LINE_BYTES) throw new ExpositionGarbage('a line is too long');
    this.rest = start < text.length ? Buffer.from(text.subarray(start)) : undefined;
  }

  /** To be called after the last chunk. @throws ExpositionGarbage when the last line has no end: it may be cut */
  end(): void {
    if (this.rest !== undefined) throw new ExpositionGarbage('the last line has no end');
  }

  private line(text: Buffer, start: number, end: number): void {
    if (text[start] === HASH) this.comment(text.toString('utf8', start, end));
    else if (!this.isPassing) this.sample(text.toString('utf8', start, end));
  }

  private comment(line: string): void {
    const [, name, type] = TYPE.exec(line) ?? [];
    if (name === undefined || type === undefined) return;
    this.isPassing = !TYPES.has(type) || !this.taker.wants(name);
    this.family = this.isPassing ? undefined : { name, type: type as ExposedType };
  }

  private sample(line: string): void {
    const [, name = '', labels = '', text = '', at] = SAMPLE.exec(line) ?? [];
    if (name === '') throw new ExpositionGarbage(`no sample: ${line.slice(0, 100)}`);
    const type = this.family?.name === name ? this.family.type : 'untyped';
    if (type === 'untyped' && !this.taker.wants(name)) return;
    const value = numberOf(text);
    if (!Number.isFinite(value)) return;
    const point = { name, labels: labelsOf(labels), value, ...(at === undefined ? {} : { atMs: Number(at) }) };
    this.taker.take(point, type);
  }
}

/** Go's spelling; NaN for what is no finite number on purpose. */
function numberOf(text: string): number {
  if (/^[+-]?(NaN|Inf)$/i.test(text)) return Number.NaN;
  const value = Number(text);
  if (Number.isNaN(value)) throw new ExpositionGarbage(`no number: ${text.slice(0, 40)}`);
  return value;
}

function labelsOf(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  LABEL.lastIndex = 0;
  for (let next = 0; next < text.length; next = LABEL.lastIndex) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new ExpositionGarbage(`no labels: ${text.slice(0, 100)}`);
    labels.set(
      name,
      value.includes('\\') ? value.replaceAll(/\\(.)/g, (_, one: string) => ESCAPED[one] ?? one) : value,
    );
  }
  return labels;
}
