import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LineBuffer } from './line-buffer.js';
import type { OutgoingLine } from './outgoing-line.js';

const line = (id: string): OutgoingLine => ({ id, isNamed: false, observedNs: '1', source: `{"message":"${id}"}` });

describe('the buffer of lines', () => {
  let folder: string;
  let damaged: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'line-buffer-'));
    damaged = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = (fileBytes?: number) => LineBuffer.open(folder, 1_000_000, fileBytes);
  /** Sends everything, as a replay does. */
  const drain = async (buffer: LineBuffer): Promise<string[]> => {
    const ids: string[] = [];
    while (!buffer.isEmpty) {
      for await (const lines of buffer.oldest((count) => (damaged += count))) ids.push(...lines.map(({ id }) => id));
      await buffer.dropOldest(false);
    }
    return ids;
  };
  const filled = async (): Promise<string> => {
    const buffer = await open();
    for (const id of ['a', 'b', 'c']) await buffer.append([line(id)]);
    await buffer.close();
    const [file = ''] = await readdir(folder);
    return join(folder, file);
  };

  it.each([1, 1_000_000])('gives lines in their order, also after a start, in files of %i bytes', async (fileBytes) => {
    const before = await open(fileBytes);
    expect(before.isEmpty).toBe(true);
    await before.append([line('a'), line('b')]);
    await before.append([line('c')]);
    expect(before.waitingLines).toBe(3);
    await before.close();
    const after = await open(fileBytes);
    expect(after.waitingLines).toBe(3);
    await after.append([line('d')]);
    expect(await drain(after)).toEqual(['a', 'b', 'c', 'd']);
    expect(after.waitingLines).toBe(0);
    expect(await readdir(folder)).toEqual([]);
    await after.close();
  });

  it('takes lines while the oldest are read', async () => {
    const buffer = await open();
    await buffer.append([line('a')]);
    const ids: string[] = [];
    for await (const lines of buffer.oldest(() => undefined)) {
      ids.push(...lines.map(({ id }) => id));
      await Promise.all([buffer.append([line('b')]), buffer.append([line('c')])]);
    }
    await buffer.dropOldest(false);
    expect(ids).toEqual(['a']);
    expect((await drain(buffer)).sort()).toEqual(['b', 'c']);
    await buffer.close();
  });

  it('leaves out a batch that was being written when the process died', async () => {
    const path = await filled();
    const whole = await readFile(path);
    for (const bytes of [1, 15, 17, 40]) {
      await writeFile(path, whole);
      await truncate(path, whole.length - bytes);
      const buffer = await open();
      expect((await drain(buffer)).slice(0, 2)).toEqual(['a', 'b']);
      await buffer.close();
    }
    await writeFile(path, whole);
    await appendFile(path, Buffer.alloc(100));
    const buffer = await open();
    expect(await drain(buffer)).toEqual(['a', 'b', 'c']);
    expect(damaged).toBe(0);
    await buffer.close();
  });

  it('tells how many lines cannot be read, gives the others, and sets the file aside', async () => {
    const path = await filled();
    const bytes = await readFile(path);
    bytes[20] = (bytes[20] ?? 0) ^ 0xff;
    await writeFile(path, bytes);
    const buffer = await open();
    const ids: string[] = [];
    for await (const lines of buffer.oldest((count) => (damaged += count))) ids.push(...lines.map(({ id }) => id));
    await buffer.dropOldest(damaged > 0);
    expect({ ids, damaged }).toEqual({ ids: ['b', 'c'], damaged: 1 });
    expect(buffer.isEmpty).toBe(true);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/\.damaged$/)]);
    await buffer.close();
  });

  it('keeps room, and refuses what goes beyond it', async () => {
    const buffer = await open();
    const release = buffer.reserve(600_000);
    expect(() => buffer.reserve(600_000)).toThrow('the buffer for them is full');
    release();
    buffer.reserve(600_000)();
    await buffer.close();
  });
});
