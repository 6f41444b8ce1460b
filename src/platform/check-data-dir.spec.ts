import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkDataDir, DataDirError } from './check-data-dir.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quartermaster-data-dir-'));
  await writeFile(join(folder, 'file'), '');
});
afterAll(() => rm(folder, { recursive: true }));

describe('the data folder', () => {
  it('is made with all above it, for its owner alone, and nothing is left in it', async () => {
    const dataDir = join(folder, 'a', 'b', 'c');
    await checkDataDir(dataDir);
    await checkDataDir(dataDir);
    expect(await readdir(dataDir)).toEqual([]);
    expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o700);
  });

  it.each([
    { what: 'where the file system takes no folders', dataDir: () => '/proc/x', reason: /no folder can be made there/ },
    { what: 'far below such a place', dataDir: () => '/proc/x/y/z', reason: /no folder can be made there/ },
    { what: 'that is a file', dataDir: () => join(folder, 'file'), reason: /it is a file/ },
    { what: 'below a file', dataDir: () => join(folder, 'file', 'data'), reason: /below one/ },
  ])('$what is refused with its name and the reason', async ({ dataDir, reason }) => {
    const refusal = await checkDataDir(dataDir()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DataDirError);
    expect((refusal as Error).message).toContain(`DATA_DIR=${dataDir()} cannot be used`);
    expect((refusal as Error).message).toMatch(reason);
  });
});
