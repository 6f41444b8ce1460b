import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { type Database, QueryBesideTransactionError } from '../../src/adapters/postgres/database.js';
import { eventually } from '../support/eventually.js';

/** What features and BullMQ rely on in the records' pools, on either engine. */
export function describeRecordsPool(
  engine: string,
  open: () => Promise<{ database: Database; stop(): Promise<void> }>,
): void {
  describe(`records pool on ${engine}`, () => {
    const schema = `contract_${randomUUID().replaceAll('-', '')}`;
    let opened: Awaited<ReturnType<typeof open>>;
    let pool: Pool;

    beforeAll(async () => {
      opened = await open();
      await opened.database.pool.query(`CREATE SCHEMA ${schema}`);
      pool = opened.database.schemaPool({ schema });
    });
    beforeEach(async () => {
      await pool.query('DROP TABLE IF EXISTS items; CREATE TABLE items (id int PRIMARY KEY, name text)');
    });
    afterAll(async () => {
      await pool.query(`DROP SCHEMA ${schema} CASCADE`);
      await opened.database.close();
      await opened.stop();
    });
    const countItems = async (): Promise<string> =>
      (await pool.query<{ count: string }>('SELECT count(*) FROM items')).rows[0]?.count ?? '';

    it('gives values in the types of node-postgres', async () => {
      const { rows, fields, rowCount, command } = await pool.query(
        `SELECT $1::int8 AS big, $2::jsonb AS json, $3::timestamptz AS time, $4::bytea AS bytes, $5::text[] AS texts, $6::int[] AS numbers,
          1.5::numeric AS exact, 1.5::float8 AS float, 7::int4 AS int, true AS yes, NULL AS nothing, 'ä€😀' AS text, gen_random_uuid() IS NOT NULL AS uuid`,
        [
          '9007199254740993',
          { a: [1, null] },
          new Date('2026-01-02T03:04:05.678Z'),
          Buffer.from([0, 255, 39]),
          ['a"b', 'ü,', '{}'],
          [1, 2],
        ],
      );
      expect(rows).toEqual([
        {
          big: '9007199254740993',
          json: { a: [1, null] },
          time: new Date('2026-01-02T03:04:05.678Z'),
          bytes: Buffer.from([0, 255, 39]),
          texts: ['a"b', 'ü,', '{}'],
          numbers: [1, 2],
          exact: '1.5',
          float: 1.5,
          int: 7,
          yes: true,
          nothing: null,
          text: 'ä€😀',
          uuid: true,
        },
      ]);
      expect({
        rowCount,
        command,
        names: fields.slice(0, 2).map(({ name, dataTypeID }) => [name, dataTypeID]),
      }).toEqual({
        rowCount: 1,
        command: 'SELECT',
        names: [
          ['big', 20],
          ['json', 3802],
        ],
      });
    });

    it('runs several statements of one text in one transaction', async () => {
      await expect(
        pool.query("INSERT INTO items VALUES (1, 'a'); INSERT INTO items VALUES (1, 'b')"),
      ).rejects.toMatchObject({ code: '23505' });
      expect(await countItems()).toBe('0');
    });

    it('rejects with the SQLSTATE, the constraint and the position, and works on', async () => {
      await pool.query("INSERT INTO items VALUES (1, 'a')");
      await expect(pool.query('INSERT INTO items VALUES ($1, $2)', [1, 'b'])).rejects.toMatchObject({
        code: '23505',
        constraint: 'items_pkey',
        table: 'items',
        schema,
        detail: 'Key (id)=(1) already exists.',
      });
      await expect(pool.query('SELEC 1')).rejects.toMatchObject({ code: '42601', position: '1' });
      await expect(pool.query('SELECT * FROM items WHERE id = $1', ['x'])).rejects.toMatchObject({ code: '22P02' });
      expect(await countItems()).toBe('1');
    });

    it('keeps what a transaction writes from others until it is committed', async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query("INSERT INTO items VALUES (1, 'a')");
      const seen = countItems();
      await client.query("INSERT INTO items VALUES (2, 'b')");
      await client.query('COMMIT');
      client.release();
      expect(['0', '2']).toContain(await seen);
      expect(await countItems()).toBe('2');
    });

    it('undoes a transaction that is rolled back, and one whose client is released or destroyed in the middle', async () => {
      for (const end of ['ROLLBACK', 'release', 'destroy']) {
        const client = await pool.connect();
        await client.query('BEGIN');
        await client.query("INSERT INTO items VALUES (1, 'a')");
        if (end === 'ROLLBACK') await client.query(end);
        client.release(end === 'destroy');
        expect(await countItems()).toBe('0');
      }
    });

    it('can be used again after a failed statement in a transaction', async () => {
      const client = await pool.connect();
      await client.query('BEGIN');
      await expect(client.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' });
      await expect(client.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
      client.release();
      expect(await countItems()).toBe('0');
    });

    it('delivers notifications to those who listen, while others query and after a commit only', async () => {
      const [listener, other] = [await pool.connect(), await pool.connect()];
      const heard: string[] = [];
      listener.on('notification', ({ channel, payload }) => heard.push(`${channel}:${payload}`));
      other.on('notification', ({ channel }) => heard.push(`other:${channel}`));
      await listener.query('-- jobs\nLISTEN jobs;\n');
      await listener.query('LISTEN "Loud Ones"');
      await other.query('LISTEN elsewhere');
      await other.query('BEGIN');
      await other.query("SELECT pg_notify('jobs', 'undone')");
      await other.query('ROLLBACK');
      await pool.query("SELECT pg_notify('jobs', 'first'), pg_notify('Loud Ones', 'x'), pg_notify('nobody', 'y')");
      await listener.query("NOTIFY jobs, 'own'");
      await eventually('three notifications', () => heard.length === 3);
      await listener.query('UNLISTEN jobs');
      await pool.query("SELECT pg_notify('jobs', 'late'), pg_notify('Loud Ones', 'end')");
      await eventually('the last notification', () => heard.length === 4);
      expect(heard).toEqual(['jobs:first', 'Loud Ones:x', 'jobs:own', 'Loud Ones:end']);
      listener.release(true);
      other.release(true);
    });

    it('keeps a channel for one listener when another stops listening', async () => {
      const [stays, goes] = [await pool.connect(), await pool.connect()];
      const heard: (string | undefined)[] = [];
      stays.on('notification', ({ payload }) => heard.push(payload));
      await stays.query('LISTEN shared');
      await goes.query('LISTEN shared');
      await goes.query('UNLISTEN *');
      await pool.query("NOTIFY shared, 'one'");
      goes.release(true);
      await pool.query("NOTIFY shared, 'two'");
      await eventually('both notifications', () => heard.length === 2);
      expect(heard).toEqual(['one', 'two']);
      stays.release(true);
    });

    it('keeps search_path, time zone and prepared statements of clients apart', async () => {
      const [one, two] = [await pool.connect(), await pool.connect()];
      await one.query("SET TIME ZONE 'Europe/Berlin'");
      await one.query('SET search_path TO pg_catalog');
      const name = 'answer';
      expect((await one.query({ name, text: 'SELECT 1 AS value, $1::int AS given', values: [5] })).rows).toEqual([
        { value: 1, given: 5 },
      ]);
      expect((await two.query({ name, text: 'SELECT 2 AS value' })).rows).toEqual([{ value: 2 }]);
      expect((await one.query({ name, text: 'SELECT 1 AS value, $1::int AS given', values: [6] })).rows).toEqual([
        { value: 1, given: 6 },
      ]);
      expect((await one.query('SHOW TIME ZONE')).rows).toEqual([{ TimeZone: 'Europe/Berlin' }]);
      expect((await two.query('SHOW search_path')).rows).toEqual([{ search_path: schema }]);
      expect((await two.query('SHOW TIME ZONE')).rows).not.toEqual([{ TimeZone: 'Europe/Berlin' }]);
      one.release(true);
      two.release(true);
    });

    it('brings over a large result and a large value', async () => {
      const { rows } = await pool.query<{ i: number; text: string }>(
        "SELECT i, repeat('x', 50) AS text FROM generate_series(1, 50000) i",
      );
      expect(rows).toHaveLength(50_000);
      expect(rows.at(-1)).toEqual({ i: 50_000, text: 'x'.repeat(50) });
      const value = 'ä'.repeat(3_000_000);
      expect((await pool.query<{ value: string }>('SELECT $1::text AS value', [value])).rows[0]?.value).toBe(value);
    });

    it('loses nothing and mixes nothing up under parallel transactions', async () => {
      await pool.query("INSERT INTO items VALUES (0, '0')");
      const add = async (): Promise<void> => {
        const client = await pool.connect();
        await client.query('BEGIN');
        const { rows } = await client.query<{ name: string }>('SELECT name FROM items WHERE id = 0 FOR UPDATE');
        await client.query('UPDATE items SET name = $1 WHERE id = 0', [String(Number(rows[0]?.name) + 1)]);
        await client.query('COMMIT');
        client.release();
      };
      const ask = async (i: number): Promise<number | undefined> =>
        (await pool.query<{ i: number }>('SELECT $1::int AS i', [i])).rows[0]?.i;
      const answers = await Promise.all(
        Array.from({ length: 200 }, async (_, i) => (i % 2 ? ask(i) : add().then(() => i))),
      );
      expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => i));
      expect((await pool.query('SELECT name FROM items')).rows).toEqual([{ name: '100' }]);
    });

    it('commits and rolls back through the typed tables, and refuses a query beside the transaction', async () => {
      const { database } = opened;
      interface Tables {
        [name: `${string}.items`]: { id: number; name: string };
      }
      const table = `${schema}.items` as const;
      await database.transaction<Tables, unknown>((transaction) =>
        transaction.insertInto(table).values({ id: 1, name: 'kept' }).execute(),
      );
      const failing = database.transaction<Tables, unknown>(async (transaction) => {
        await transaction.insertInto(table).values({ id: 2, name: 'undone' }).execute();
        return database.tables<Tables>().selectFrom(table).selectAll().execute();
      });
      await expect(failing).rejects.toThrow(QueryBesideTransactionError);
      expect(await database.tables<Tables>().selectFrom(table).selectAll().execute()).toEqual([
        { id: 1, name: 'kept' },
      ]);
      await database.ping();
    });
  });
}
