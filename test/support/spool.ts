import { PostgresSampleSpool } from '../../src/adapters/postgres/sample-spool.postgres.js';
import type { TestRecords } from './records.js';

/** The spool in test records, with ways to damage and to empty it. */
export function spoolOn(opened: TestRecords) {
  const { pool } = opened.database;
  return {
    spool: new PostgresSampleSpool(opened.database),
    async damage(scope: string): Promise<void> {
      await pool.query(`UPDATE metric_spool SET samples = '\\x00' WHERE scope = $1`, [scope]);
    },
    async clear(): Promise<void> {
      await pool.query('TRUNCATE metric_spool');
      await pool.query(`UPDATE metric_spool_lease SET held_by = NULL, held_until = 'epoch'`);
    },
    close: () => opened.close(),
  };
}
