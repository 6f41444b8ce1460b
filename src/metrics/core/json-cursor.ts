/**
 * Reads JSON (RFC 8259) front to back from its bytes, without making objects of it: what is not asked for is checked and passed over. A cycle of 1,000 nodes has
 * 160 MB of it, of which a tenth is wanted; `JSON.parse` of that took a quarter of a collection's CPU, and its objects half of the heap.
 *
 * The caller asks for what it expects: `enterObject`, then `nextKey` and one value for each key until `END`; `enterArray`, then one value for each `nextItem`.
 * `null` is nothing at all: no object, no list, NaN, no text. Bytes that are not UTF-8 become U+FFFD.
 */

import { JsonMismatch, JsonSyntax } from './json-errors.js';
import { hashOn, type KeyTable, UNKNOWN_KEY } from './json-keys.js';

/** What `nextKey` gives at the end of the object. */
export const END = -2;

const MOST_DEPTH = 64;
const [TAB, LINE_FEED, RETURN, SPACE, QUOTE, COMMA, MINUS, DOT] = [9, 10, 13, 32, 34, 44, 45, 46];
const [ZERO, NINE, COLON, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN, CLOSE] = [48, 57, 58, 91, 92, 93, 123, 125];

const ESCAPES = '"\\/bfnrtu';
const HEX = '0123456789abcdefABCDEF';

export class JsonCursor {
  private offset = 0;
  private depth = 0;
  /** Whether no member of the innermost open object or list has been read yet. */
  private isFirst = false;
  /** The text that was read last as an instant, and what it says: most stamps of an answer are the same. */
  private stampFrom = -1;
  private stampValue = NaN;

  constructor(
    private readonly bytes: Buffer,
    private readonly keys: KeyTable,
  ) {}

  /** True when an object was entered, false for null. @throws JsonMismatch, JsonSyntax */
  enterObject(): boolean {
    return this.enter(OPEN, 'an object');
  }

  /** True when a list was entered, false for null. @throws JsonMismatch, JsonSyntax */
  enterArray(): boolean {
    return this.enter(OPEN_LIST, 'a list');
  }

  /** The next key of the object: its index in the table, UNKNOWN_KEY, or END, which leaves the object. */
  nextKey(): number {
    if (!this.member(CLOSE)) return END;
    if (this.bytes[this.offset] !== QUOTE) this.fail();
    const { bytes } = this;
    const from = (this.offset += 1);
    let hash = 0;
    let byte = bytes[this.offset]!;
    while (byte !== QUOTE) {
      if (byte === BACKSLASH || !(byte >= SPACE)) return this.oddKey(from);
      hash = hashOn(hash, byte);
      byte = bytes[(this.offset += 1)]!;
    }
    const key = this.keys.find(bytes, from, this.offset, hash);
    this.offset += 1;
    this.expectColon();
    return key;
  }

  /** Whether the list has one more item; false leaves it. */
  nextItem(): boolean {
    return this.member(CLOSE_LIST);
  }

  /** A number, or NaN for null. @throws JsonMismatch, JsonSyntax */
  number(): number {
    const byte = this.peek();
    if (byte === 110) return (this.literal('null'), NaN);
    if (byte !== MINUS && !(byte >= ZERO && byte <= NINE)) this.mismatch('a number');
    return this.readNumber();
  }

  /** A text, or undefined for null. @throws JsonMismatch, JsonSyntax */
  text(): string | undefined {
    const byte = this.peek();
    if (byte === 110) return (this.literal('null'), undefined);
    if (byte !== QUOTE) this.mismatch('a text');
    const from = this.offset;
    const hasOnlyAscii = this.skipText();
    if (hasOnlyAscii) return this.bytes.toString('latin1', from + 1, this.offset - 1);
    try {
      return JSON.parse(this.bytes.toString('utf8', from, this.offset)) as string;
    } catch {
      this.offset = from;
      return this.fail();
    }
  }

  /** What `parse` makes of a text, once for the same text in a row; NaN for null. @throws JsonMismatch, JsonSyntax */
  stamp(parse: (text: string) => number): number {
    const byte = this.peek();
    const { bytes, stampFrom } = this;
    if (byte === QUOTE && stampFrom >= 0) {
      let length = 0;
      do length += 1;
      while (bytes[stampFrom + length] === bytes[this.offset + length] && bytes[this.offset + length] !== QUOTE);
      if (bytes[stampFrom + length] === QUOTE && bytes[this.offset + length] === QUOTE) {
        this.offset += length + 1;
        return this.stampValue;
      }
    }
    const from = this.offset;
    const text = this.text();
    if (text === undefined) return NaN;
    this.stampFrom = from;
    return (this.stampValue = parse(text));
  }

  /** Passes over any value. @throws JsonSyntax */
  skip(): void {
    const byte = this.peek();
    if (byte === QUOTE) this.skipText();
    else if (byte === OPEN) {
      this.enterObject();
      while (this.nextKey() !== END) this.skip();
    } else if (byte === OPEN_LIST) {
      this.enterArray();
      while (this.nextItem()) this.skip();
    } else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) this.readNumber();
    else this.literal(byte === 116 ? 'true' : byte === 102 ? 'false' : 'null');
  }

  /** Nothing but white space may follow. @throws JsonSyntax */
  finish(): void {
    this.peek();
    if (this.offset < this.bytes.length) this.fail();
  }

  private enter(open: number, expected: JsonMismatch['expected']): boolean {
    const byte = this.peek();
    if (byte !== open) {
      if (byte !== 110) this.mismatch(expected);
      this.literal('null');
      return false;
    }
    if ((this.depth += 1) > MOST_DEPTH) this.fail();
    this.offset += 1;
    this.isFirst = true;
    return true;
  }

  /** Steps to the next member of what ends with `close`; false at its end. */
  private member(close: number): boolean {
    let byte = this.peek();
    if (byte === close) {
      this.offset += 1;
      this.depth -= 1;
      this.isFirst = false;
      return false;
    }
    if (!this.isFirst) {
      if (byte !== COMMA) this.fail();
      this.offset += 1;
      byte = this.peek();
    }
    this.isFirst = false;
    return true;
  }

  /** The byte at which the next token begins; NaN at the end. */
  private peek(): number {
    const { bytes } = this;
    let byte = bytes[this.offset] ?? NaN;
    while (byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB)
      byte = bytes[(this.offset += 1)] ?? NaN;
    return byte;
  }

  private expectColon(): void {
    if (this.peek() !== COLON) this.fail();
    this.offset += 1;
  }

  /** A key with an escape or what is no ASCII text: none that a table has. */
  private oddKey(from: number): number {
    this.offset = from - 1;
    this.text();
    this.expectColon();
    return UNKNOWN_KEY;
  }

  /** Passes over a text. @returns false when it holds escapes or more than ASCII */
  private skipText(): boolean {
    const { bytes } = this;
    let isPlain = true;
    let byte = bytes[(this.offset += 1)]!;
    while (byte !== QUOTE) {
      if (byte === BACKSLASH) {
        isPlain = false;
        this.skipEscape();
      } else if (byte >= 128) isPlain = false;
      else if (!(byte >= SPACE)) this.fail();
      byte = bytes[(this.offset += 1)]!;
    }
    this.offset += 1;
    return isPlain;
  }

  /** From the backslash to the last byte of the escape. */
  private skipEscape(): void {
    const { bytes } = this;
    const mark = bytes[(this.offset += 1)] ?? 0;
    if (!ESCAPES.includes(String.fromCharCode(mark))) this.fail();
    if (mark !== 117) return;
    for (let digit = 0; digit < 4; digit += 1) {
      if (!HEX.includes(String.fromCharCode(bytes[(this.offset += 1)] ?? 0))) this.fail();
    }
  }

  private readNumber(): number {
    const { bytes } = this;
    const from = this.offset;
    if (bytes[this.offset] === MINUS) this.offset += 1;
    const isWhole = from === this.offset;
    const first = this.offset;
    let value = 0;
    let byte = bytes[this.offset]!;
    while (byte >= ZERO && byte <= NINE) {
      value = value * 10 + byte - ZERO;
      byte = bytes[(this.offset += 1)]!;
    }
    if (this.offset === first || (bytes[first] === ZERO && this.offset > first + 1)) this.fail();
    // A whole number below 2^53 was added up without rounding; whatever else a number may be is left to the engine.
    if (byte !== DOT && byte !== 69 && byte !== 101) {
      if (isWhole && value <= Number.MAX_SAFE_INTEGER) return value;
    } else this.skipFraction();
    return Number(bytes.toString('latin1', from, this.offset));
  }

  private skipFraction(): void {
    const { bytes } = this;
    if (bytes[this.offset] === DOT) {
      this.offset += 1;
      this.skipDigits();
    }
    if (bytes[this.offset] === 69 || bytes[this.offset] === 101) {
      this.offset += 1;
      if (bytes[this.offset] === MINUS || bytes[this.offset] === 43) this.offset += 1;
      this.skipDigits();
    }
  }

  private skipDigits(): void {
    const from = this.offset;
    while (this.bytes[this.offset]! >= ZERO && this.bytes[this.offset]! <= NINE) this.offset += 1;
    if (this.offset === from) this.fail();
  }

  private literal(word: 'null' | 'true' | 'false'): void {
    for (let index = 0; index < word.length; index += 1) {
      if (this.bytes[this.offset + index] !== word.charCodeAt(index)) this.fail();
    }
    this.offset += word.length;
  }

  /** Of the wrong type, if it is JSON at all. */
  private mismatch(expected: JsonMismatch['expected']): never {
    this.skip();
    throw new JsonMismatch(expected);
  }

  private fail(): never {
    throw new JsonSyntax(
      this.offset < this.bytes.length ? `byte ${this.offset} is not what JSON has there` : 'it ends in the middle',
    );
  }
}
