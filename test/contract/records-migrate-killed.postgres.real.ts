import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/adapters/postgres/database.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import { eventually } from '../support/eventually.js';
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.js';
import { type TypescriptChild, startTypescriptChild } from '../support/typescript-child.js';
import { describeRecordsMigrateKilled, schemaOf } from './records-migrate-killed.contract.js';

/** A database of its own on the server. */
async function makeDatabase(server: PostgresServer, name: string): Promise<string> {
  const database = await Database.openServer({ url: server.url });
  await database.pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await database.pool.query(`CREATE DATABASE ${name}`);
  await database.close();
  const url = new URL(server.url);
  url.pathname = name;
  return url.href;
}

describeRecordsMigrateKilled(
  'PostgreSQL',
  async () => {
    const server = await startPostgresServer();
    const url = await makeDatabase(server, 'killed');
    return {
      place: url,
      open: () => Database.openServer({ url }),
      peaceful: async () => {
        const peace = await Database.openServer({ url: await makeDatabase(server, 'peace') });
        await migrate(peace.pool);
        const schema = await schemaOf(peace.pool);
        await peace.close();
        return schema;
      },
      stop: () => server.stop(),
    };
  },
  [
    { step: 1, at: 'sql', when: 'sent' },
    { step: 1, at: 'sql', when: 'answered' },
    { step: 1, at: 'row', when: 'answered' },
    { step: 1, at: 'commit', when: 'sent' },
    { step: 3, at: 'sql', when: 'sent' },
    { step: 2, at: 'row', when: 'answered' },
    { step: 4, at: 'commit', when: 'answered' },
  ],
);

describe('two processes that bring one PostgreSQL up to date', () => {
  let server: PostgresServer;
  let url: string;
  const children: TypescriptChild[] = [];
  const start = (...given: string[]): TypescriptChild => {
    const child = startTypescriptChild('./records-migrator.main.ts', url, ...given);
    children.push(child);
    return child;
  };
  beforeAll(async () => {
    server = await startPostgresServer();
    url = await makeDatabase(server, 'two_starters');
  });
  afterAll(async () => {
    for (const child of children) await child.kill();
    await server.stop();
  });

  it('wait for each other, and the second goes on when the first is killed in a step', async () => {
    const first = start('hold', '14'); // in the second migration, which has been carried out and is not noted
    await first.waitForLine((line) => line === 'holds');
    const second = start('never');
    const database = await Database.openServer({ url });
    await eventually('the second one to wait at the lock', async () => {
      const { rows } = await database.pool.query(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
      );
      return rows.length === 1;
    });
    expect(second.lines).toEqual([]);
    await first.kill();
    const said = await second.waitForLine((line) => line.startsWith('applied'));
    const { rows } = await database.pool.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM quartermaster_migrations',
    );
    expect(said).toBe(`applied ${Number(rows[0]?.count) - 1}`);
    expect((await migrate(database.pool)).applied).toEqual([]);
    await database.close();
  });
});
