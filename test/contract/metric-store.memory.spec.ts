import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { describeMetricStore } from './metric-store.contract.js';

describeMetricStore('memory', () =>
  Promise.resolve({
    fresh() {
      const { writer, reader } = new MemoryMetricStore();
      return Promise.resolve({ writer, reader, close: () => Promise.resolve() });
    },
    stop: () => Promise.resolve(),
  }),
);
