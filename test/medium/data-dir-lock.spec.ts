import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TypescriptChild, startTypescriptChild } from '../support/typescript-child.js';
import { DataDirInUseError, lockDataDir } from '../../src/adapters/duckdb/data-dir-lock.js';

describe('lockDataDir', () => {
  let parent: string;
  let folder: string;
  const children: TypescriptChild[] = [];
  const startHolder = (): TypescriptChild => {
    const child = startTypescriptChild('./lock-holder.main.ts', folder);
    children.push(child);
    return child;
  };

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'quartermaster-lock-'));
    folder = join(parent, 'data');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await child.kill();
    await rm(parent, { recursive: true, force: true });
  });

  it('makes the folder and its lock readable by the owner only', async () => {
    const lock = await lockDataDir(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'lock.duckdb'))).mode & 0o777).toBe(0o600);
    lock.release();
  });

  it('refuses the folder to a second holder in the same process, by any path, and keeps the first one', async () => {
    const lock = await lockDataDir(folder);
    await symlink(folder, join(parent, 'link'));
    await expect(lockDataDir(join(parent, 'link'))).rejects.toThrow(`in use by process ${process.pid}`);
    expect(await startHolder().waitForLine(() => true)).toBe(`refused ${process.pid}`);
    lock.release();
  });

  it('refuses the folder while another process holds it, and names that process and the way out', async () => {
    const holder = startHolder();
    await holder.waitForLine((line) => line === 'held');
    const refusal = await lockDataDir(folder).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DataDirInUseError);
    expect(refusal).toMatchObject({ holderPid: holder.pid, message: expect.stringContaining('DATA_DIR') });
  });

  it('gets the folder as soon as its holder was killed', async () => {
    const holder = startHolder();
    await holder.waitForLine((line) => line === 'held');
    await holder.kill();
    (await lockDataDir(folder)).release();
  });

  it('gives the folder back on release', async () => {
    (await lockDataDir(folder)).release();
    expect(await startHolder().waitForLine(() => true)).toBe('held');
  });
});
