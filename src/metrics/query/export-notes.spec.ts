import { describe, expect, it } from '@jest/globals';
import { ExportNotes } from './export-notes.js';

/** Pieces of a text; `onRead` is called before each. */
async function* pieces(count: number, onRead: (index: number) => void = () => undefined): AsyncGenerator<string> {
  for (let index = 0; index < count; index += 1) {
    onRead(index);
    yield String(index);
  }
}

async function read(notes: ExportNotes, chunks: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of notes.watch(chunks)) text += chunk;
  return text;
}

describe('what is said of an export', () => {
  it.each([0, 1, 2, 5])('is known with the first of %i pieces, which all are given', async (count) => {
    const notes = new ExportNotes(
      () => Promise.resolve(['lost']),
      () => Promise.resolve(['missing']),
    );
    expect(await read(notes, pieces(count))).toBe('01234'.slice(0, count));
    expect(notes.told).toEqual(['lost', 'missing']);
  });

  it('has a loss that the first piece brought to light', async () => {
    const lost: string[] = [];
    const notes = new ExportNotes(
      () => Promise.resolve(lost),
      () => Promise.resolve([]),
    );
    expect(
      await read(
        notes,
        pieces(1, () => lost.push('a day')),
      ),
    ).toBe('0');
    expect(notes.told).toEqual(['a day']);
  });

  it('breaks off before the last piece when a later one brought a loss to light', async () => {
    const lost: string[] = [];
    const notes = new ExportNotes(
      () => Promise.resolve(lost),
      () => Promise.resolve([]),
    );
    const given: string[] = [];
    const reading = (async () => {
      for await (const chunk of notes.watch(pieces(5, (index) => index === 4 && lost.push('a day')))) given.push(chunk);
    })();
    await expect(reading).rejects.toThrow('a day');
    expect(given).toEqual(['0', '1', '2', '3']);
    expect(notes.told).toEqual([]);
  });
});
