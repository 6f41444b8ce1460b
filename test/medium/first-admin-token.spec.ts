import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureAdminToken } from '../../src/auth/first-admin-token.js';
import { OwnTokens } from '../../src/auth/own-tokens.js';
import type { TokenRecord, TokenRecords } from '../../src/auth/token-records.port.js';
import { SystemClock } from '../../src/platform/clock.js';
import { Log } from '../../src/platform/log.js';
import { openPgliteRecords } from '../support/records.js';
import { tokenEngineOn } from '../support/token-engine.js';

describe('The first admin token', () => {
  const clock = new SystemClock();
  let engine: Awaited<ReturnType<typeof tokenEngineOn>>;
  let tokens: TokenRecords;
  let folder: string;

  beforeAll(async () => {
    engine = await tokenEngineOn(openPgliteRecords());
    tokens = engine.tokens;
  });
  afterAll(() => engine.close());
  beforeEach(async () => {
    await engine.clear();
    folder = await mkdtemp(join(tmpdir(), 'first-token-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const ensure = (dataDir = folder, adminToken?: string) => ensureAdminToken(tokens, clock, { dataDir, adminToken });
  const callerOf = (text: string) => new OwnTokens(tokens, clock, Log.silent()).callerOf(text);
  const kept = async (dataDir = folder) => (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();

  it('is made at the first start, works, and is readable by its owner alone, in a folder that is made if needed', async () => {
    const dataDir = join(folder, 'new', 'data');
    const made = await ensure(dataDir);
    if (made.kind !== 'made') throw new Error(`Not made: ${made.message}`);
    expect(await kept(dataDir)).toBe(made.token);
    expect((await stat(join(dataDir, 'admin-token'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['admin-token']);
    expect(await callerOf(made.token)).toMatchObject({ kind: 'token', role: 'admin' });
    expect(made.message).not.toContain(made.token);
    expect(JSON.stringify(await tokens.findFirst())).not.toContain(made.token);
  });

  it('is found by the second start, which shows it no more', async () => {
    const made = await ensure();
    const again = await ensure();
    expect(again).toEqual({ kind: 'kept', message: expect.stringContaining('admin-token') });
    if (made.kind === 'made') expect(JSON.stringify(again)).not.toContain(made.token);
  });

  it('stays valid when its file is removed, and the start says how to make another', async () => {
    const made = await ensure();
    await rm(join(folder, 'admin-token'));
    const again = await ensure();
    expect(again).toEqual({ kind: 'elsewhere', message: expect.stringMatching(/stays valid.*ADMIN_TOKEN/) });
    expect(await readdir(folder)).toEqual([]);
    expect(await callerOf(made.kind === 'made' ? made.token : '')).toMatchObject({ role: 'admin' });
  });

  it('is one when several replicas start at once, with a folder each or a common one', async () => {
    const folders = await Promise.all(
      ['a', 'b', 'c', 'c', 'c'].map(async (name) => {
        await mkdir(join(folder, name), { recursive: true });
        return join(folder, name);
      }),
    );
    const ends = await Promise.all(folders.map((dataDir) => ensure(dataDir)));
    const made = ends.filter((end) => end.kind === 'made');
    expect(made).toHaveLength(1);
    expect(await tokens.list(10)).toHaveLength(1);
    const holders = [];
    for (const name of ['a', 'b', 'c']) {
      const files = await readdir(join(folder, name));
      if (files.length > 0) holders.push(await kept(join(folder, name)));
    }
    expect(holders).toEqual([made[0]?.kind === 'made' ? made[0].token : '']);
  });

  it('is taken from its file when a start before died between the file and the records', async () => {
    const made = await ensure();
    await engine.clear();
    expect(await ensure()).toEqual(made);
    expect(await callerOf(await kept())).toMatchObject({ role: 'admin' });
  });

  it('replaces a file that holds no token', async () => {
    await writeFile(join(folder, 'admin-token'), 'half a tok', { mode: 0o644 });
    const made = await ensure();
    expect(made.kind).toBe('made');
    expect(await callerOf(await kept())).toMatchObject({ role: 'admin' });
    expect((await stat(join(folder, 'admin-token'))).mode & 0o777).toBe(0o600);
  });

  it('is not made again once it was revoked', async () => {
    await ensure();
    await tokens.put({ ...((await tokens.findFirst()) as TokenRecord), id: 'other', origin: 'api' });
    await tokens.revoke((await tokens.findFirst())?.id ?? '', clock.now());
    expect(await ensure()).toEqual({ kind: 'elsewhere', message: expect.stringContaining('revoked') });
  });

  it('is the given one, as it is: nothing is made, a new one takes the place of the old', async () => {
    const given = 'correct horse battery staple';
    expect((await ensure(folder, given)).kind).toBe('given');
    expect(await readdir(folder)).toEqual([]);
    expect(await callerOf(given)).toMatchObject({ role: 'admin', name: 'ADMIN_TOKEN' });
    await ensure(folder, 'another horse, another staple');
    expect(await callerOf(given)).toBeUndefined();
    expect(await callerOf('another horse, another staple')).toMatchObject({ role: 'admin' });
    expect(await tokens.list(10)).toHaveLength(1);
  });
});
