import { END, JsonCursor } from './json-cursor.js';
import { SUMMARY_KEYS } from './summary-keys.js';
import { parseStamp } from './parse-stamp.js';

/** The answer is not a kubelet's summary of the asked node; the message is a sentence that says where. */
export class SummaryGarbage extends Error {
  override readonly name = 'SummaryGarbage';
}

const WRAPPED = 2 ** 63;

/** One pass over one answer. `place`, `group` and `key` say where it is, for the sentence of an error. */
export class SummaryReader extends JsonCursor {
  place = 'the answer';
  group = '';
  private key = END;

  constructor(bytes: Buffer) {
    super(bytes, SUMMARY_KEYS);
  }

  /** That what stands here is wrong: `node.cpu.usageCoreNanoSeconds is not a number.` */
  garbage(what: string): SummaryGarbage {
    const key = SUMMARY_KEYS.names[this.key] ?? '';
    const parts = [this.place, this.group, key === this.group ? '' : key].filter((part) => part !== '');
    return new SummaryGarbage(`${parts.join('.')} ${what}.`);
  }

  /** Says where the next value stands: in which object, and under which key of it. */
  stand(place: string, key = END): void {
    this.place = place;
    this.group = '';
    this.key = key;
  }

  /** True when the group of figures under the present key was entered, false for null. */
  enterGroup(): boolean {
    if (!this.enterObject()) return false;
    this.group = SUMMARY_KEYS.names[this.key] ?? '';
    return true;
  }

  /** The next key of a group. */
  next(): number {
    return (this.key = this.nextKey());
  }

  /** A number from 0 up; NaN for null and for what wrapped below zero. @throws SummaryGarbage */
  quantity(): number {
    const value = this.number();
    if (value < 0 || value === Infinity) throw this.garbage('is not a number from 0 up');
    return value < WRAPPED ? value : NaN;
  }

  /** An instant in ms since the epoch; NaN for null and for what is none. */
  instant(): number {
    return this.stamp(parseStamp);
  }

  /** The text under `key` of an object, undefined when there is none. */
  textUnder(key: number): string | undefined {
    let found: string | undefined;
    if (!this.enterObject()) return found;
    for (let one = this.next(); one !== END; one = this.next()) {
      if (one === key) found = this.text();
      else this.skip();
    }
    return found;
  }

  /** The quantity under `key` of an object, NaN when there is none. */
  quantityUnder(key: number): number {
    let found = NaN;
    if (!this.enterObject()) return found;
    for (let one = this.next(); one !== END; one = this.next()) {
      if (one === key) found = this.quantity();
      else this.skip();
    }
    return found;
  }
}
