import { type TextColumn, textAt } from '../../../logs/core/pack/text-column.js';
import { TextColumnWriter } from '../../../logs/core/pack/text-column-writer.js';

/** Letters whose lower case JavaScript and DuckDB see differently: it depends on what stands around them, or is two letters. */
const ODD_CASE = /[\u0130\u03a3]/;
const ODD_LETTERS = ['\u0130', '\u03a3'].map((letter) => Buffer.from(letter));

/** The messages with such letters in lower case, the others absent; undefined where there are none. */
export function loweredTexts(messages: TextColumn, count: number): TextColumn | undefined {
  const bytes = Buffer.from(messages.bytes.buffer, messages.bytes.byteOffset, messages.bytes.length);
  if (!ODD_LETTERS.some((letter) => bytes.includes(letter))) return undefined;
  const lowered = new TextColumnWriter(count);
  for (let row = 0; row < count; row += 1) {
    const message = textAt(messages, row);
    lowered.push(ODD_CASE.test(message) ? message.toLowerCase() : '');
  }
  return lowered.finish();
}
