import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { MetricWriter, type ScopeSamples } from '../../src/metrics/metric-store.port.js';
import { describeMetricStore } from './metric-store.contract.js';
import { DAY, T0 } from './metric-store.fixture.js';

/** Needs no engine, but more time than the usual run should take: all that is written is sorted at once. */
class SortingWriter extends MetricWriter {
  constructor(private readonly store: DuckdbMetricStore) {
    super();
  }

  override async append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    await this.store.writer.append(cycleAtMs, scopes);
    await this.store.sortHours(T0 + 30 * DAY);
  }
}

describeMetricStore('DuckDB whose hours are sorted', async () => {
  const root = await mkdtemp(join(tmpdir(), 'metric-store-'));
  let stores = 0;
  return {
    async fresh() {
      stores += 1;
      const store = await DuckdbMetricStore.open({ folder: join(root, String(stores)) });
      return { writer: new SortingWriter(store), reader: store.reader, close: () => store.close() };
    },
    stop: () => rm(root, { recursive: true }),
  };
});
