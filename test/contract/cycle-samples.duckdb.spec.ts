import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { describeCycleSamples } from './cycle-samples.contract.js';

describeCycleSamples('DuckDB', async () => {
  const root = await mkdtemp(join(tmpdir(), 'cycle-samples-'));
  let stores = 0;
  return {
    async fresh() {
      stores += 1;
      const store = await DuckdbMetricStore.open({ folder: join(root, String(stores)) });
      const { writer, cycleSamples: cycles } = store;
      return { writer, cycles, closeDays: (beforeMs) => store.closeDays(beforeMs), close: () => store.close() };
    },
    stop: () => rm(root, { recursive: true }),
  };
});
