import { describe, expect, it } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import { ConnectionPool } from './connection-pool.js';

/** Would take hours. */
const ENDLESS = 'SELECT sum(hash(a.range + b.range)) FROM range(10000000) a, range(10000000) b';

describe('ConnectionPool', () => {
  it('interrupts a statement that nobody waits for any more, and lends its connection to the next', async () => {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const pool = new ConnectionPool([await instance.connect()]);
    const client = new AbortController();
    const endless = pool.use((connection) => connection.runAndReadAll(ENDLESS), client.signal);
    const next = pool.use((connection) => connection.runAndReadAll('SELECT 1'));
    client.abort();
    await expect(endless).rejects.toThrow(/interrupt/i);
    expect((await next).getRowsJS()).toEqual([[1]]);
    await expect(pool.use(() => Promise.resolve(1), client.signal)).rejects.toMatchObject({ name: 'AbortError' });
    pool.close();
    instance.closeSync();
  });

  it('lends no connection with the transaction of the one before, open or aborted', async () => {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const pool = new ConnectionPool([await instance.connect()]);
    const client = new AbortController();
    const aborted = pool.use(async (connection) => {
      await connection.run('BEGIN');
      await connection.run(ENDLESS);
    }, client.signal);
    client.abort();
    await expect(aborted).rejects.toThrow(/interrupt/i);
    const begin = () => pool.use((connection) => connection.run('BEGIN; CREATE TABLE left_behind (id INTEGER)'));
    await begin();
    await begin();
    pool.close();
    instance.closeSync();
  });
});
