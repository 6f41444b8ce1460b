import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PgliteServer } from '../../src/adapters/postgres/pglite-pool.js';
import { PgliteUpkeep } from '../../src/adapters/postgres/pglite-upkeep.js';
import { prepareDataDir, preparedRecords } from '../support/prepared-records.js';
import { startTypescriptChild } from '../support/typescript-child.js';

/** pg_control's state of a database that was closed in order (`DB_SHUTDOWNED`), after the system identifier and two versions. */
const SHUT_DOWN = 1;
const STATE_OFFSET = 16;

describe('the embedded records', () => {
  let parent: string;
  let folder: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'quartermaster-records-'));
    folder = join(parent, 'records');
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('lose nothing that was acknowledged when the process is killed, time after time', async () => {
    await prepareDataDir(parent);
    const acknowledged: number[] = [];
    for (const rows of [1, 400]) {
      const writer = startTypescriptChild('./records-writer.main.ts', folder);
      await writer.waitForLine(() => writer.lines.length >= rows);
      await writer.kill();
      acknowledged.push(...writer.lines.map(Number));
    }
    const server = await PgliteServer.open({ folder });
    const { rows } = await server
      .pool()
      .query<{ number: number; size: number }>('SELECT number, length(half) AS size FROM written');
    await server.close();
    const written = new Set(rows.map(({ number }) => number));
    expect(acknowledged.filter((number) => !written.has(number))).toEqual([]);
    expect(new Set(rows.map(({ size }) => size))).toEqual(new Set([1280]));
    expect(acknowledged.length).toBeGreaterThan(400);
  });

  it('start anew over what a kill in the middle of the first start left', async () => {
    await mkdir(join(`${folder}.new`, 'base'), { recursive: true });
    await writeFile(join(`${folder}.new`, 'PG_VERSION'), '18\n');
    const server = await PgliteServer.open({ folder });
    expect((await server.pool().query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await server.close();
    expect(await readdir(parent)).toEqual(['records']);
  });

  it('sync their log to the disk, and are closed with a checkpoint even while the last answers are still on their way', async () => {
    await prepareDataDir(parent);
    const server = await PgliteServer.open({ folder });
    const pool = server.pool();
    const listener = await pool.connect();
    await listener.query('LISTEN something');
    const { rows } = await pool.query(
      "SELECT setting FROM pg_settings WHERE name IN ('fsync', 'wal_sync_method') ORDER BY name",
    );
    expect(rows).toEqual([{ setting: 'on' }, { setting: 'fsync' }]);
    listener.release(true);
    await server.close();
    const control = await open(join(folder, 'global', 'pg_control'));
    const { buffer } = await control.read(Buffer.alloc(STATE_OFFSET + 4), 0);
    await control.close();
    expect(buffer.readUInt32LE(STATE_OFFSET)).toBe(SHUT_DOWN);
    await expect(pool.query('SELECT 1')).rejects.toThrow('after calling end');
  });

  it('end a connection that sits in its transaction while others wait, and roll it back', async () => {
    const errors: Error[] = [];
    const { image } = await preparedRecords();
    const server = await PgliteServer.open({ image, idleInTransactionMs: 50, onError: (error) => errors.push(error) });
    const pool = server.pool();
    await pool.query('CREATE TABLE t (id int)');
    const sitter = await pool.connect();
    await sitter.query('BEGIN');
    await sitter.query('INSERT INTO t VALUES (1)');
    expect((await pool.query('SELECT count(*) FROM t')).rows).toEqual([{ count: '0' }]);
    expect(errors[0]).toMatchObject({ code: '25P03' });
    await expect(sitter.query('COMMIT')).rejects.toThrow('not queryable');
    sitter.release(true);
    await server.close();
  });

  it('are kept small: the log is cut by a checkpoint, dead rows are vacuumed', async () => {
    const server = await PgliteServer.open({ image: (await preparedRecords()).image });
    const pool = server.pool();
    await pool.query("CREATE TABLE t AS SELECT i AS id, repeat('x', 500) AS text FROM generate_series(1, 20000) i");
    for (let round = 0; round < 3; round += 1) await pool.query("UPDATE t SET text = text || 'y'");
    // PostgreSQL passes on what it counted once a second, or when told to: a second pass would write to the log again, and leave it for later.
    await pool.query('SELECT pg_stat_force_next_flush()');
    await new PgliteUpkeep(pool, () => undefined).run();
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ bytes: string; dead: string }>(
      `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) AS bytes, n_dead_tup AS dead
       FROM pg_control_checkpoint(), pg_stat_user_tables WHERE relname = 't'`,
    );
    await server.close();
    expect(rows[0]?.dead).toBe('0');
    expect(Number(rows[0]?.bytes)).toBeLessThan(1024 * 1024);
  });
});
