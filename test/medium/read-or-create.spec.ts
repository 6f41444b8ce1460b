import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readOrCreate } from '../../src/platform/read-or-create.js';

describe('A file that is read or made', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'read-or-create-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('has one text, of who was first, for all that make it at once', async () => {
    const path = join(folder, 'file');
    const texts = await Promise.all(
      Array.from({ length: 20 }, (_, i) => readOrCreate(path, 0o600, async () => `${i}`)),
    );
    expect(new Set(texts).size).toBe(1);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('is made anew when whoever was first has removed it again', async () => {
    const path = join(folder, 'file');
    const makeAndRemove = async (mine: string) => {
      const text = await readOrCreate(path, 0o600, async () => mine);
      await rm(path, { force: true });
      return text;
    };
    for (let round = 0; round < 10; round += 1) {
      const texts = await Promise.all(Array.from({ length: 40 }, (_, i) => makeAndRemove(`${i}`)));
      expect(texts.every((text) => Number(text) < 40)).toBe(true);
    }
    expect(await readdir(folder)).toEqual([]);
  });
});
