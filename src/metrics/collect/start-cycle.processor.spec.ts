import { describe, expect, it } from '@jest/globals';
import type { JobContext } from '../../jobs/job-handler.js';
import type { JobQueue } from '../../jobs/job-queue.port.js';
import { Log } from '../../platform/log.js';
import type { MetricStoreState, MetricUpkeep } from '../metric-upkeep.port.js';
import type { CloseOverdue } from './close-overdue.service.js';
import { StartCycleProcessor } from './start-cycle.processor.js';
import type { StartCycle } from './start-cycle.service.js';

/** What becomes of the cycle that is due, with so many open ones and a store that says this of itself. */
async function started(state: () => Promise<MetricStoreState>, openCycles = 0) {
  const shards = [{ cycleAtMs: 60_000, shard: 0, nodes: ['node-1'] }];
  const processor = new StartCycleProcessor(
    { dueCycleMs: () => 60_000, start: async () => shards } as unknown as StartCycle,
    { close: async () => openCycles } as unknown as CloseOverdue,
    { state } as unknown as MetricUpkeep,
    { enqueueFlow: async () => undefined } as unknown as JobQueue,
  );
  return processor.handle({}, { log: Log.silent() } as unknown as JobContext);
}

describe('the start of a cycle', () => {
  it.each<[string, () => Promise<MetricStoreState>, number, object]>([
    ['goes on with a store that takes samples', async () => ({}), 2, { shards: 1 }],
    [
      'goes on while the store does not answer: what is collected waits',
      async () => Promise.reject(new Error('away')),
      0,
      { shards: 1 },
    ],
    [
      'is left out while the store can take nothing',
      async () => ({ refusal: 'The disk is full' }),
      0,
      { skipped: 'The disk is full' },
    ],
    ['is left out while three run', async () => ({}), 3, { skipped: '3 cycles before it are still running' }],
  ])('%s', async (_, state, openCycles, expected) => {
    expect(await started(state, openCycles)).toMatchObject(expected);
  });
});
