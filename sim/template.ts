/**
 * JSON that is written once and then only patched: a `Slot` in the value becomes a run of spaces as wide as its longest number, which `patch` overwrites.
 * (White space before a number is valid JSON.) Indented by one space, as a kubelet's answers are.
 */
export class Slot {
  constructor(
    readonly index: number,
    readonly width: number,
  ) {}
}

/** A place for a time stamp of 20 characters; `index` says whose. */
export class TimeSlot {
  constructor(readonly index: number) {}
}

/** A value without slots that stands in many places: its text is made once for each depth. */
export class Constant {
  private readonly texts = new Map<string, string>();

  constructor(private readonly value: unknown) {}

  /** `indent`: a line feed and the spaces of the line that it begins on. */
  textAt(indent: string): string {
    let text = this.texts.get(indent);
    if (text === undefined) {
      text = JSON.stringify(this.value, null, 1).replaceAll('\n', indent);
      this.texts.set(indent, text);
    }
    return text;
  }
}

const STAMP_WIDTH = 20;
const BLANK_STAMP = `"${' '.repeat(STAMP_WIDTH)}"`;

/** Writes JSON text, and notes where the slots are. */
class TemplateWriter {
  text = '';
  readonly slots: { offset: number; slot: Slot }[] = [];
  readonly times: { offset: number; index: number }[] = [];

  write(item: unknown, indent: string): void {
    if (item instanceof Slot) {
      this.slots.push({ offset: this.text.length, slot: item });
      this.text += ' '.repeat(item.width);
    } else if (item instanceof TimeSlot) {
      this.times.push({ offset: this.text.length + 1, index: item.index });
      this.text += BLANK_STAMP;
    } else if (item instanceof Constant) this.text += item.textAt(indent);
    else if (typeof item === 'number') this.text += String(item);
    else if (typeof item !== 'object' || item === null) this.text += JSON.stringify(item);
    else if (Array.isArray(item)) this.writeArray(item, indent);
    else this.writeObject(item as Record<string, unknown>, indent);
  }

  private writeArray(items: unknown[], indent: string): void {
    const inner = `${indent} `;
    let separator = '[';
    for (const item of items) {
      this.text += separator + inner;
      separator = ',';
      this.write(item, inner);
    }
    this.text += items.length === 0 ? '[]' : `${indent}]`;
  }

  private writeObject(item: Record<string, unknown>, indent: string): void {
    const inner = `${indent} `;
    let separator = '{';
    for (const key in item) {
      if (item[key] === undefined) continue;
      this.text += `${separator}${inner}"${key}": `;
      separator = ',';
      this.write(item[key], inner);
    }
    this.text += separator === '{' ? '{}' : `${indent}}`;
  }
}

export class Template {
  readonly buffer: Buffer;
  private readonly offsets: Uint32Array;
  private readonly widths: Uint8Array;
  private readonly indexes: Uint32Array;
  private readonly timeOffsets: Uint32Array;
  private readonly timeIndexes: Uint32Array;

  /** `value`: anything that JSON can say, all of it ASCII, with slots. */
  constructor(value: unknown) {
    const writer = new TemplateWriter();
    writer.write(value, '\n');
    const { slots, times } = writer;
    this.buffer = Buffer.from(writer.text, 'latin1');
    this.offsets = Uint32Array.from(slots, (entry) => entry.offset);
    this.widths = Uint8Array.from(slots, (entry) => entry.slot.width);
    this.indexes = Uint32Array.from(slots, (entry) => entry.slot.index);
    this.timeOffsets = Uint32Array.from(times, (entry) => entry.offset);
    this.timeIndexes = Uint32Array.from(times, (entry) => entry.index);
  }

  /** Writes the numbers and the stamps (20 ASCII characters each) into `target`, a buffer of the template's size. */
  patch(target: Uint8Array, values: Float64Array, stamps: Uint8Array[]): void {
    const { offsets, widths, indexes, timeOffsets, timeIndexes } = this;
    for (let slot = 0; slot < offsets.length; slot++) {
      writeInteger(target, offsets[slot] as number, widths[slot] as number, values[indexes[slot] as number] as number);
    }
    for (let slot = 0; slot < timeOffsets.length; slot++) {
      const stamp = stamps[timeIndexes[slot] as number] as Uint8Array;
      const offset = timeOffsets[slot] as number;
      for (let index = 0; index < STAMP_WIDTH; index++) target[offset + index] = stamp[index] as number;
    }
  }
}

/** Writes a whole number, right-aligned, in groups of eight digits (which fit 32-bit arithmetic). */
function writeInteger(target: Uint8Array, offset: number, width: number, value: number): void {
  let position = offset + width;
  let rest = value;
  while (rest >= 1e8) {
    const high = Math.floor(rest / 1e8);
    let digits = Math.min(99_999_999, Math.max(0, rest - high * 1e8)) | 0;
    for (const stop = position - 8; position > stop;) {
      const next = (digits / 10) | 0;
      target[--position] = 48 + (digits - next * 10);
      digits = next;
    }
    rest = high;
  }
  let digits = rest | 0;
  do {
    const next = (digits / 10) | 0;
    target[--position] = 48 + (digits - next * 10);
    digits = next;
  } while (digits > 0);
  while (position > offset) target[--position] = 32;
}

/** A moment as the 20 characters of RFC 3339 in whole seconds. */
export function stampText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
