import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbLogStore } from '../../src/adapters/duckdb/logs/log-store.duckdb.js';
import type { LogStoreEngine } from '../contract/log-store.contract.js';

/** Embedded log stores for the contract. Upkeep closes what is open at once, and keeps lines of any age. */
export async function duckdbLogStores(): Promise<LogStoreEngine> {
  const root = await mkdtemp(join(tmpdir(), 'log-store-'));
  let stores = 0;
  return {
    async fresh() {
      stores += 1;
      const options = { chunkAgeMs: 0, retentionMs: 2 * Date.now(), diskProbe: () => Promise.resolve(0) };
      const store = await DuckdbLogStore.open({ folder: join(root, String(stores)), ...options });
      const settled = () => Promise.resolve();
      return { writer: store.writer, reader: store.reader, upkeep: store.upkeep, settled, close: () => store.close() };
    },
    stop: () => rm(root, { recursive: true }),
  };
}
