import { PostgresCycleRecords } from '../../src/adapters/postgres/cycle-records.postgres.js';
import { PostgresSinkRecords } from '../../src/adapters/postgres/sink-records.postgres.js';
import { PostgresSinkSamples } from '../../src/adapters/postgres/sink-samples.postgres.js';
import type { TestRecords } from './records.js';

/** What is kept for sinks in test records, with ways to damage and to empty it. */
export function sinkSamplesOn(opened: TestRecords) {
  const { pool } = opened.database;
  return {
    samples: new PostgresSinkSamples(opened.database),
    cycles: new PostgresCycleRecords(opened.database),
    sinks: new PostgresSinkRecords(opened.database),
    async damage(scope: string): Promise<void> {
      await pool.query(`UPDATE metric_sink_samples SET samples = '\\x00' WHERE scope = $1`, [scope]);
    },
    async clear(): Promise<void> {
      await pool.query('TRUNCATE metric_sink_samples, metric_cycles, metric_shards');
    },
    close: () => opened.close(),
  };
}
