import { MemoryLogStore } from '../support/memory-log-store.js';
import { describeLogStore } from './log-store.contract.js';

/** The store that other tests stand on is held to the contract as well. */
describeLogStore('memory', () =>
  Promise.resolve({
    fresh() {
      const store = new MemoryLogStore();
      const upkeep = { upkeep: () => Promise.resolve(), stats: () => Promise.resolve({ engine: 'duckdb' as const }) };
      const nothing = () => Promise.resolve();
      return Promise.resolve({ writer: store, reader: store, upkeep, settled: nothing, close: nothing });
    },
    stop: () => Promise.resolve(),
  }),
);
