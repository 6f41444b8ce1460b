import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { describeMetricStore } from './metric-store.contract.js';

describeMetricStore('DuckDB', async () => {
  const root = await mkdtemp(join(tmpdir(), 'metric-store-'));
  let stores = 0;
  return {
    async fresh() {
      stores += 1;
      const store = await DuckdbMetricStore.open({ folder: join(root, String(stores)) });
      return { writer: store.writer, reader: store.reader, close: () => store.close() };
    },
    stop: () => rm(root, { recursive: true }),
  };
});
