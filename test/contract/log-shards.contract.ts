import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LOG_SHARDS, type LogShards } from '../../src/logs/collect/log-shards.port.js';
import { eventually } from '../support/eventually.js';

const LONG_MS = 60_000;
const ALL = Array.from({ length: LOG_SHARDS }, (_, shard) => shard);

/** What every database promises of the shards of log streams. */
export function describeLogShards(
  engine: string,
  open: () => Promise<{ shards: LogShards; close: () => Promise<void> }>,
): void {
  describe(`log shards on ${engine}`, () => {
    let shards: LogShards;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ shards, close } = await open());
    });
    const releaseAll = async (): Promise<void> => {
      for (const worker of ['a', 'b', 'c']) await shards.release(worker, ALL, true);
    };
    afterAll(async () => {
      await releaseAll();
      await close();
    });
    beforeEach(releaseAll);

    it('gives a worker that is alone all of them, again and again', async () => {
      expect(await shards.claim('a', LONG_MS)).toEqual({ held: ALL, surplus: [] });
      expect(await shards.claim('a', LONG_MS)).toEqual({ held: ALL, surplus: [] });
    });

    it('takes none from a worker that is there, and tells it what another waits for', async () => {
      await shards.claim('a', LONG_MS);
      expect(await shards.claim('b', LONG_MS)).toEqual({ held: [], surplus: [] });
      const { held, surplus } = await shards.claim('a', LONG_MS);
      expect(held).toEqual(ALL);
      expect(surplus).toHaveLength(LOG_SHARDS / 2);
      await shards.release('b', surplus, false); // not its own: nothing happens
      expect((await shards.claim('b', LONG_MS)).held).toEqual([]);
      expect(await shards.unheld()).toBe(0);
      await shards.release('a', surplus, false);
      expect(await shards.unheld()).toBe(surplus.length);
      expect((await shards.claim('b', LONG_MS)).held).toEqual(surplus);
      expect((await shards.claim('a', LONG_MS)).surplus).toEqual([]);
    });

    it('never gives a shard to two, however many ask at once', async () => {
      const claims = await Promise.all(['a', 'b', 'c'].map((worker) => shards.claim(worker, LONG_MS)));
      const held = claims.flatMap((claim) => claim.held);
      expect(held.toSorted((one, other) => one - other)).toEqual(ALL);
    });

    it('gives what a worker left behind to the others, when it left and when its lease is over', async () => {
      await shards.claim('a', LONG_MS);
      await shards.release('a', ALL, true);
      expect((await shards.claim('b', 1)).held).toEqual(ALL);
      await eventually(
        'the lease to be over',
        async () => (await shards.claim('c', LONG_MS)).held.length === LOG_SHARDS,
      );
    });
  });
}
