import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FollowedContainer, NotedGap } from '../../src/logs/collect/followed-container.js';
import type { LogCheckpointRecords } from '../../src/logs/collect/log-checkpoint-records.port.js';
import type { LogShards } from '../../src/logs/collect/log-shards.port.js';

const T0 = Date.UTC(2026, 0, 2);
const NS = BigInt(T0) * 1_000_000n;

const followed = (container: Partial<FollowedContainer> = {}): FollowedContainer => ({
  namespace: 'shop',
  pod: 'web-1',
  podUid: 'u1',
  container: 'web',
  node: 'node-1',
  checkpoint: { containerId: 'c1', restart: 2, position: { timeNs: NS + 123n, sequence: 3 }, isEnded: false },
  state: 'following',
  lines: 10,
  bytes: 5_000_000_000,
  gaps: 0,
  reconnections: 1,
  updatedAtMs: T0,
  ...container,
});
const gap = (given: Partial<NotedGap> = {}): NotedGap => ({
  namespace: 'shop',
  pod: 'web-1',
  podUid: 'u1',
  container: 'web',
  restart: 2,
  fromNs: NS,
  toNs: NS + 5n,
  reason: 'rotated',
  notedAtMs: T0,
  ...given,
});

/** What every database promises of log checkpoints. */
export function describeLogCheckpointRecords(
  engine: string,
  open: () => Promise<{ records: LogCheckpointRecords; shards: LogShards; close: () => Promise<void> }>,
): void {
  describe(`log checkpoints on ${engine}`, () => {
    let records: LogCheckpointRecords;
    let close: () => Promise<void>;
    const save = (...containers: FollowedContainer[]) =>
      records.save(
        'a',
        containers.map((container) => ({ shard: 1, container })),
      );
    beforeAll(async () => {
      let shards: LogShards;
      ({ records, shards, close } = await open());
      await shards.claim('a', 600_000);
    });
    afterAll(() => close());

    it('keeps what was saved last of each container, exactly', async () => {
      const waiting = followed({ container: 'init', state: 'waiting', reason: 'PodInitializing' });
      const { checkpoint: _, node: __, ...bare } = waiting;
      expect(await save(followed({ lines: 1 }), bare, followed())).toEqual([]);
      const found = await records.ofPods(['u1', 'nobody']);
      expect(found.toSorted((one, other) => (one.container < other.container ? -1 : 1))).toEqual([bare, followed()]);
      const ended = followed({
        checkpoint: { containerId: 'c2', restart: 3, isEnded: true },
        state: 'behind',
        behindSinceMs: T0 - 5,
      });
      await save(ended);
      expect(await records.ofPods(['u1'])).toContainEqual(ended);
      expect(await records.ofPods([])).toEqual([]);
    });

    it('keeps nothing of a worker that does not hold the shard', async () => {
      const mine = followed({ podUid: 'u2', pod: 'web-2' });
      await save(mine);
      const stale = { shard: 1, container: { ...mine, lines: 99 } };
      expect(await records.save('somebody else', [stale])).toEqual([1]);
      expect(await records.ofPods(['u2'])).toEqual([mine]);
    });

    it('lists by name, page after page, and counts, each namespace for itself', async () => {
      await save(
        followed({ namespace: 'media', podUid: 'm1', pod: 'b', state: 'failed', lines: 4, gaps: 2 }),
        followed({ namespace: 'media', podUid: 'm2', pod: 'a', lines: 5 }),
        followed({ namespace: 'media', podUid: 'm3', pod: 'a', lines: 6 }),
      );
      const filter = { namespaces: ['media'] };
      const first = await records.list(filter, 2);
      expect(first.map(({ podUid }) => podUid)).toEqual(['m2', 'm3']);
      expect((await records.list(filter, 2, first.at(-1))).map(({ podUid }) => podUid)).toEqual(['m1']);
      expect(await records.count(filter)).toEqual({
        states: { failed: 1, following: 2 },
        gaps: 2,
        lines: 15,
        bytes: 15_000_000_000,
        reconnections: 3,
      });
      expect(await records.list({ namespaces: [] }, 10)).toEqual([]);
      expect((await records.count({ namespaces: [] })).states).toEqual({});
      const failed = await records.list({ ...filter, states: ['failed', 'behind'] }, 10);
      expect(failed.map(({ podUid }) => podUid)).toEqual(['m1']);
      expect((await records.list({ pods: ['b'] }, 10)).map(({ podUid }) => podUid)).toEqual(['m1']);
    });

    it('keeps a gap once, and finds those that touch a span of time', async () => {
      const { fromNs: _, toNs: __, ...unbounded } = gap({ podUid: 'u3', reason: 'removed', notedAtMs: T0 + 1 });
      await records.addGaps([gap(), unbounded]);
      await records.addGaps([gap({ reason: 'removed' }), gap({ restart: 3, fromNs: NS + 100n, toNs: NS + 200n })]);
      await records.addGaps([]);
      const found = (await records.gaps({ namespaces: ['shop'] }, 10)).filter(({ podUid }) => podUid === 'u1');
      expect(found).toContainEqual(gap());
      expect(found).toHaveLength(2);
      expect(await records.gaps({ fromNs: NS + 5n, toNs: NS + 100n }, 10)).toEqual([unbounded]);
      expect(await records.gaps({ fromNs: NS + 4n, toNs: NS + 100n }, 10)).toEqual([unbounded, gap()]);
      expect(await records.gaps({ namespaces: ['media'] }, 10)).toEqual([]);
      expect(await records.gaps({}, 1)).toEqual([unbounded]);
    });

    it('forgets what was not saved for long', async () => {
      await save(followed({ podUid: 'old', updatedAtMs: T0 - 1000 }));
      await records.addGaps([gap({ podUid: 'old', notedAtMs: T0 - 1000 })]);
      expect(await records.trim(T0 - 1000, T0 - 1000, 10)).toBe(0);
      expect(await records.trim(T0 - 999, T0 - 999, 10)).toBe(2);
      expect(await records.ofPods(['old'])).toEqual([]);
    });
  });
}
