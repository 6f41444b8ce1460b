import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
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
});
