import { describe, expect, it } from '@jest/globals';
import { lastLines } from './last-lines.js';

async function* chunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}
const line = (text: string): string => `2026-01-01T00:00:00.000000001Z ${text}\n`;

describe('the last lines of a log', () => {
  it('are the last twenty, without stamps, however the log is cut into chunks', async () => {
    const text = Array.from({ length: 30 }, (_, index) => line(`line ${index}`)).join('');
    const found = await lastLines(chunks(text.slice(0, 100), text.slice(100, 777), text.slice(777)));
    expect(found).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 10}`));
  });

  it('are cut at 500 characters', async () => {
    expect((await lastLines(chunks(line('x'.repeat(2000)))))[0]).toBe('x'.repeat(500));
  });

  it('have the end of a log that ends in the middle of a line', async () => {
    expect(await lastLines(chunks(line('one'), '2026-01-01T00:00:00Z tw', 'o'))).toEqual(['one', 'two']);
  });
});
