/**
 * What must be remembered of a node between two cycles so that the next one can make rates: every counter with its stamp and its object's
 * start. Encoded it is a compact binary layout of its own: a byte of version, the cycle, then each object as a key (a pod's uid as 16 bytes, a
 * container as a suffix to its pod) and its known numbers as variable-length integers, times in microseconds against the cycle or the CPU's stamp.
 */

/** The remembered numbers of one object, by the indexes of `COUNTER`; NaN is unknown. */
export type Counters = number[];

/** Where each remembered number stands. Times are ms since the epoch by the node's clock. */
export const COUNTER = {
  startMs: 0,
  cpuAtMs: 1,
  cpuNs: 2,
  cpuPsiSome: 3,
  cpuPsiFull: 4,
  memoryAtMs: 5,
  pageFaults: 6,
  majorPageFaults: 7,
  memoryPsiSome: 8,
  memoryPsiFull: 9,
  networkAtMs: 10,
  rx: 11,
  rxErrors: 12,
  tx: 13,
  txErrors: 14,
  ioAtMs: 15,
  ioPsiSome: 16,
  ioPsiFull: 17,
} as const;
/** How many there are. */
export const COUNTERS = 18;
/** Copied, not grown: it is an array of doubles from the start. */
const UNKNOWN: Counters = Array.from({ length: COUNTERS }, () => NaN);
const TIMES: ReadonlySet<number> = new Set([
  COUNTER.startMs,
  COUNTER.cpuAtMs,
  COUNTER.memoryAtMs,
  COUNTER.networkAtMs,
  COUNTER.ioAtMs,
]);

export interface NodeReading {
  /** The cycle that it belongs to, ms since the epoch. */
  readonly cycleAtMs: number;
  /** By object: `''` the node, `/name` a system container, `uid` a pod, `uid/name` a container of it; after it `/|name` an interface. */
  readonly counters: ReadonlyMap<string, Counters>;
}

/** What stands in the records is not a reading that this version wrote: it counts as no reading. */
export class UnreadableReading extends Error {
  override readonly name = 'UnreadableReading';
}

const VERSION = 2;
const FULL_KEY = 0;
const UUID_KEY = 1;
const SUFFIX_KEY = 2;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const LOW_7_BITS = 128;

/** Writes a reading; `decodeReading` gives the equal one back. */
export function encodeReading(reading: NodeReading): Buffer {
  const writer = WRITER.begin();
  writer.byte(VERSION);
  writer.integer(reading.cycleAtMs);
  writer.integer(reading.counters.size);
  let pod = '';
  for (const [key, counters] of reading.counters) {
    const slash = key.indexOf('/');
    if (slash > 0 && key.slice(0, slash) === pod) {
      writer.byte(SUFFIX_KEY);
      writer.text(key.slice(slash + 1));
    } else if (UUID.test(key)) {
      pod = key;
      writer.byte(UUID_KEY);
      writer.uuid(key);
    } else {
      if (slash < 0) pod = key;
      writer.byte(FULL_KEY);
      writer.text(key);
    }
    writeCounters(writer, counters, reading.cycleAtMs);
  }
  return writer.done();
}

/** @throws UnreadableReading */
export function decodeReading(bytes: Buffer): NodeReading {
  const reader = new Reader(bytes);
  if (reader.byte() !== VERSION) throw new UnreadableReading('The reading is of another version.');
  const cycleAtMs = reader.integer();
  const counters = new Map<string, Counters>();
  let pod = '';
  for (let left = reader.integer(); left > 0; left -= 1) {
    const form = reader.byte();
    const key = form === UUID_KEY ? reader.uuid() : reader.text();
    if (form !== SUFFIX_KEY && !key.includes('/')) pod = key;
    counters.set(form === SUFFIX_KEY ? `${pod}/${key}` : key, readCounters(reader, cycleAtMs));
  }
  return { cycleAtMs, counters };
}

function writeCounters(writer: Writer, counters: Counters, cycleAtMs: number): void {
  let known = 0;
  for (let index = 0; index < COUNTERS; index += 1) if (!Number.isNaN(counters[index])) known |= 1 << index;
  writer.integer(known);
  for (let index = 0; index < COUNTERS; index += 1) {
    const value = counters[index] ?? NaN;
    if (Number.isNaN(value)) continue;
    if (TIMES.has(index)) writer.signed(Math.round(value * 1000) - timeBase(counters, index, cycleAtMs));
    else writer.integer(value);
  }
}

function readCounters(reader: Reader, cycleAtMs: number): Counters {
  const known = reader.integer();
  const counters = UNKNOWN.slice();
  for (let index = 0; index < COUNTERS; index += 1) {
    if ((known & (1 << index)) === 0) continue;
    counters[index] = TIMES.has(index)
      ? (reader.signed() + timeBase(counters, index, cycleAtMs)) / 1000
      : reader.integer();
  }
  return counters;
}

/** What a time is told against, in microseconds: the stamp of the CPU figures, which the others mostly repeat; that one and the start: the cycle. */
function timeBase(counters: Counters, index: number, cycleAtMs: number): number {
  const cpuAtMs = counters[COUNTER.cpuAtMs] ?? NaN;
  return index <= COUNTER.cpuAtMs || Number.isNaN(cpuAtMs) ? cycleAtMs * 1000 : Math.round(cpuAtMs * 1000);
}

class Writer {
  private bytes = Buffer.allocUnsafeSlow(16_384);
  private length = 0;

  begin(): this {
    this.length = 0;
    return this;
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.length++] = value;
  }

  /** A whole number from 0 to 2^63, seven bits a byte, low ones first. Above 2^53 it is as exact as a double is. */
  integer(value: number): void {
    this.room(10);
    let rest = value;
    while (rest >= LOW_7_BITS) {
      const above = Math.floor(rest / LOW_7_BITS);
      this.bytes[this.length++] = rest - above * LOW_7_BITS + LOW_7_BITS;
      rest = above;
    }
    this.bytes[this.length++] = rest;
  }

  signed(value: number): void {
    this.integer(value < 0 ? -2 * value - 1 : 2 * value);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.integer(size);
    this.room(size);
    this.length += this.bytes.write(value, this.length);
  }

  uuid(value: string): void {
    this.room(16);
    this.length += this.bytes.write(value.replaceAll('-', ''), this.length, 'hex');
  }

  done(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.length);
    this.bytes.copy(copy);
    return copy;
  }

  private room(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const bigger = Buffer.allocUnsafeSlow(this.bytes.length * 2 + size);
    this.bytes.copy(bigger);
    this.bytes = bigger;
  }
}

/**
 * One for all readings. Nor is anything here cut from Node's shared pool: with 20 kB a node it was used up so quickly that each TLS session, which is kept and cut from it too, kept
 * 64 kB of it.
 */
const WRITER = new Writer();

class Reader {
  private offset = 0;

  constructor(private readonly bytes: Buffer) {}

  byte(): number {
    const value = this.bytes[this.offset++];
    if (value === undefined) throw new UnreadableReading('The reading ends too early.');
    return value;
  }

  integer(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      if (byte < LOW_7_BITS) return value + byte * scale;
      value += (byte - LOW_7_BITS) * scale;
      scale *= LOW_7_BITS;
    }
  }

  signed(): number {
    const value = this.integer();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    const size = this.integer();
    return this.take(size).toString('utf8');
  }

  uuid(): string {
    const hex = this.take(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  private take(size: number): Buffer {
    if (this.offset + size > this.bytes.length) throw new UnreadableReading('The reading ends too early.');
    this.offset += size;
    return this.bytes.subarray(this.offset - size, this.offset);
  }
}
