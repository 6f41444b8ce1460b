import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/adapters/postgres/database.js';
import { eventually } from '../support/eventually.js';
import { type PostgresServer, startPostgresServer } from '../support/postgres-server.js';
import { SilentWay } from '../support/silent-way.js';
import { describeRecordsPool } from './records-pool.contract.js';

describeRecordsPool('PostgreSQL', async () => {
  const server = await startPostgresServer();
  return { database: await Database.openServer({ url: server.url }), stop: () => server.stop() };
});

describe('A PostgreSQL that vanishes without a word', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgresServer();
  });
  afterAll(() => server.stop());

  it('is asked again over another connection once it has said nothing for longer than a statement may take', async () => {
    await using way = await SilentWay.to(Number(new URL(server.url).port));
    const url = Object.assign(new URL(server.url), { port: String(way.port) }).href;
    const database = await Database.openServer({ url, maxConnections: 1, silentMs: 500 });
    way.silence();
    await expect(database.ping()).rejects.toThrow('said nothing for 500 ms');
    await eventually('it answers', () =>
      database.ping().then(
        () => true,
        () => false,
      ),
    );
    await database.close();
  });
});
