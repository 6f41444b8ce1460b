import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import type { MetricReader, MetricWriter } from '../../src/metrics/metric-store.port.js';
import { MemoryMetricStore } from './memory-metric-store.js';

interface Store {
  readonly writer: MetricWriter;
  readonly reader: MetricReader;
  close(): Promise<void>;
}

/** The stores that need no server, by name. */
export const METRIC_STORES: readonly (readonly [string, () => Promise<Store>])[] = [
  ['memory', async () => Object.assign(new MemoryMetricStore(), { close: () => Promise.resolve() })],
  [
    'DuckDB',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'metric-query-'));
      const store = await DuckdbMetricStore.open({ folder });
      const close = () => store.close().then(() => rm(folder, { recursive: true }));
      return { writer: store.writer, reader: store.reader, close };
    },
  ],
];
