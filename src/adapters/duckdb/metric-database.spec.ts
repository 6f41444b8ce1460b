import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Log } from '../../platform/log.js';
import { openMetricDatabase } from './metric-database.js';

describe('the database of the metric store', () => {
  it('says what to change when a question needs more memory than it has, and goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'metric-database-'));
    const options = { folder, memoryLimitBytes: 32_000_000, threads: 1, checkpointBytes: 1_000_000 };
    const database = await openMetricDatabase({ ...options, readConnections: 1, log: Log.silent() });
    const listed = (values: number) =>
      database.query(async (connection) => {
        const result = await connection.runAndReadAll(`SELECT len(list(i)) FROM range(${values}) t(i)`);
        return Number(result.getRows()[0]?.[0]);
      });
    try {
      await expect(listed(20_000_000)).rejects.toMatchObject({
        code: 'UNPROCESSABLE',
        message: expect.stringContaining('METRICS_MEMORY'),
      });
      expect(await listed(10)).toBe(10);
    } finally {
      await database.close();
      await rm(folder, { recursive: true });
    }
  });

  it('keeps the footer of a Parquet file in memory for a question, not for upkeep or what is written', async () => {
    await using open = await opened(1_000_000);
    const { database } = open;
    const file = `'${join(database.segmentFolder, 'a.parquet')}'`;
    const scan = `SELECT sum(i) FROM read_parquet(${file})`;
    const keptBytes = () =>
      database.write(async (connection) => {
        const sql = `SELECT memory_usage_bytes::DOUBLE FROM duckdb_memory() WHERE tag = 'OBJECT_CACHE'`;
        return Number((await connection.runAndReadAll(sql)).getRowsJS()[0]?.[0]);
      });
    await database.maintain(async (background) => {
      await background.run(`COPY (SELECT i FROM range(10_000) t(i)) TO ${file} (FORMAT parquet)`);
      await background.run(scan);
    });
    await database.write((connection) => connection.run(scan));
    const ofItsName = await keptBytes(); // which DuckDB notes in any case
    await database.read((connection) => connection.run(scan));
    expect(await keptBytes()).toBeGreaterThan(2 * ofItsName);
  });

  it('does not wait at its end for a question that takes for ever', async () => {
    await using open = await opened(1_000_000);
    const { database } = open;
    const asking = Promise.withResolvers<void>();
    const answer = database.read((connection) => {
      asking.resolve();
      return connection.run('SELECT count(*) FROM range(1_000_000_000_000_000) WHERE range % 7 = 3');
    });
    const outcome = expect(answer).rejects.toThrow(/interrupt/i);
    await asking.promise;
    await database.close();
    await outcome;
  });

  it.each([
    { rows: 10, isFolded: true },
    { rows: 100_000, isFolded: false },
  ])(
    'leaves a long write-ahead log to the next start, which folds it in, and folds a short one itself: $rows rows',
    async ({ rows, isFolded }) => {
      await using open = await opened(1_000_000_000);
      const { database, options } = open;
      await database.write((connection) => connection.run('CREATE TABLE filler (text VARCHAR)'));
      await database.write((connection) =>
        connection.run(`INSERT INTO filler SELECT repeat('x', 90) || i FROM range(${rows}) t(i)`),
      );
      await database.close();
      const log = await stat(database.files.log).catch(() => undefined);
      expect(log === undefined).toBe(isFolded);
      const again = await openMetricDatabase(options);
      const found = await again.read((connection) => connection.runAndReadAll('SELECT count(*) FROM filler'));
      expect(Number(found.getRows()[0]?.[0])).toBe(rows);
      await again.write(() => Promise.resolve());
      expect(await stat(database.files.log).catch(() => undefined)).toBeUndefined();
      await again.close();
    },
  );
});

async function opened(checkpointBytes: number) {
  const folder = await mkdtemp(join(tmpdir(), 'metric-database-'));
  const options = {
    folder,
    memoryLimitBytes: 64_000_000,
    threads: 1,
    checkpointBytes,
    readConnections: 1,
    log: Log.silent(),
  };
  const database = await openMetricDatabase(options);
  return {
    database,
    options,
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
