import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CycleRecords, ShardReport } from '../../src/metrics/collect/cycle-records.port.js';
import type { MissingNode } from '../../src/metrics/collect/node-failure.js';

const T0 = Date.UTC(2026, 0, 2);
const MINUTE = 60_000;
let next = 0;
/** Cycles that are far enough from each other not to forget each other's shards. */
const aCycleAt = (): number => T0 + (next += 1) * 5 * MINUTE;

const report = (present: string[], missing: string[] = []): ShardReport => ({
  present,
  missing: missing.map((node) => ({ node, reason: 'timeout', detail: 'No whole answer within 10 s.' })),
  sums: {
    namespaces: [{ namespace: 'a', sums: [1, 2 ** 52], counts: [1, 1] }],
    nodes: { sums: [3], counts: [1] },
  },
});

/** What every database promises of cycles and their shards. */
export function describeCycleRecords(
  engine: string,
  open: () => Promise<{ records: CycleRecords; close: () => Promise<void> }>,
): void {
  describe(`cycle records on ${engine}`, () => {
    let records: CycleRecords;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ records, close } = await open());
    });
    afterAll(() => close());

    const start = async (cycleAtMs: number, shards: string[][] = [['n1', 'n2'], ['n3']]) =>
      records.start({ cycleAtMs, resolutionMs: MINUTE, startedAtMs: cycleAtMs + 5, shards });
    const completeness = (closedAtMs: number) => ({
      closedAtMs,
      nodesPresent: 2,
      missing: [{ node: 'n3', reason: 'http-503' as const, detail: "It's down" }],
    });

    it('keeps a cycle with its shards', async () => {
      const at = aCycleAt();
      expect(await start(at)).toEqual([
        { shard: 0, nodes: ['n1', 'n2'] },
        { shard: 1, nodes: ['n3'] },
      ]);
      const cycle = { cycleAtMs: at, resolutionMs: MINUTE, startedAtMs: at + 5, nodesExpected: 3 };
      expect(await records.find(at)).toEqual(cycle);
      expect(await records.find(at + 1)).toBeUndefined();
      expect(await records.shards(at + 1)).toEqual([]);
    });

    it('leaves a cycle that is there already as it is', async () => {
      const at = aCycleAt();
      const first = await start(at);
      expect(await start(at, [['other'], ['split']])).toEqual(first);
      expect((await records.find(at))?.nodesExpected).toBe(3);
    });

    it('makes one cycle when several start it at once', async () => {
      const at = aCycleAt();
      const all = await Promise.all(
        [[['n1', 'n2']], [['n1'], ['n2']], [['n2', 'n1']]].map((shards) => start(at, shards)),
      );
      expect(all[1]).toEqual(all[0]);
      expect(all[2]).toEqual(all[0]);
    });

    it('keeps a cycle without nodes', async () => {
      const at = aCycleAt();
      expect(await start(at, [])).toEqual([]);
      expect((await records.find(at))?.nodesExpected).toBe(0);
    });

    it('keeps the report of a shard, and another one in its place', async () => {
      const at = aCycleAt();
      await start(at);
      expect(await records.report(at, 0, report(['n1'], ['n2']), at + 9)).toBe('kept');
      expect(await records.report(at, 0, report(['n1', 'n2']), at + 10)).toBe('kept');
      expect(await records.shards(at)).toEqual([
        { shard: 0, nodes: ['n1', 'n2'], report: report(['n1', 'n2']) },
        { shard: 1, nodes: ['n3'] },
      ]);
    });

    it('does not keep a report of a shard or a cycle that is not there', async () => {
      const at = aCycleAt();
      await start(at);
      expect(await records.report(at, 7, report([]), at)).toBe('unknown');
      expect(await records.report(at + 1, 0, report([]), at)).toBe('unknown');
    });

    it('records how complete a cycle is, and again in place of that', async () => {
      const at = aCycleAt();
      await start(at);
      await records.report(at, 0, report(['n1', 'n2']), at);
      expect(await records.close(at, completeness(at + 9), 1)).toBe(true);
      expect((await records.find(at))?.completeness).toEqual(completeness(at + 9));
      expect(await records.close(at, { closedAtMs: at + 12, nodesPresent: 3, missing: [] }, 1)).toBe(true);
      expect((await records.find(at))?.completeness).toEqual({ closedAtMs: at + 12, nodesPresent: 3, missing: [] });
    });

    it('says that a report is late, and refuses to close without counting it', async () => {
      const at = aCycleAt();
      await start(at);
      expect(await records.close(at, completeness(at), 0)).toBe(true);
      expect(await records.report(at, 0, report(['n1', 'n2']), at)).toBe('late');
      expect(await records.close(at, completeness(at + 1), 0)).toBe(false);
      expect((await records.find(at))?.completeness?.closedAtMs).toBe(at);
      expect(await records.close(at, completeness(at + 1), 1)).toBe(true);
    });

    it('counts every report or calls it late when reports and the closing meet', async () => {
      const at = aCycleAt();
      await start(at, [['n1'], ['n2'], ['n3'], ['n4']]);
      const [closed, ...states] = await Promise.all([
        records.close(at, completeness(at), 0),
        ...['n1', 'n2', 'n3', 'n4'].map((node, shard) => records.report(at, shard, report([node]), at)),
      ]);
      const uncounted = states.filter((state) => state !== 'late').length;
      expect(closed ? uncounted : 0).toBe(0);
    });

    it('forgets the shards of a cycle ten cycles later, not the cycle', async () => {
      const at = aCycleAt() + 100 * 60 * MINUTE;
      await start(at);
      await start(at + 10 * MINUTE);
      await records.close(at + 10 * MINUTE, completeness(at), 0);
      expect((await records.shards(at)).length).toBe(2);
      await start(at + 11 * MINUTE);
      await records.close(at + 11 * MINUTE, completeness(at), 0);
      expect(await records.shards(at)).toEqual([]);
      expect(await records.find(at)).toBeDefined();
    });

    it('lists cycles newest first and forgets old ones', async () => {
      const at = Date.UTC(2020, 0, 1);
      for (const minute of [0, 1, 2, 3]) await start(at + minute * MINUTE);
      const list = async (fromMs: number, beforeMs: number, limit: number) =>
        (await records.list({ fromMs, beforeMs, limit })).map(({ cycleAtMs }) => (cycleAtMs - at) / MINUTE);
      expect(await list(at, at + 3 * MINUTE, 10)).toEqual([2, 1, 0]);
      expect(await list(at + MINUTE, at + 4 * MINUTE, 2)).toEqual([3, 2]);
      expect(await records.trim(at + 2 * MINUTE)).toBe(2);
      expect(await list(at, at + 4 * MINUTE, 10)).toEqual([3, 2]);
      expect(await records.shards(at)).toEqual([]);
    });

    it('sums closed cycles: how many, their most nodes, and who was away how often and why', async () => {
      const at = Date.UTC(2021, 0, 1);
      const away = (node: string, detail: string): MissingNode => ({ node, reason: 'timeout', detail });
      const closed = async (minute: number, present: number, missing: readonly MissingNode[]) => {
        const cycleAtMs = at + minute * MINUTE;
        await start(cycleAtMs, [['a', 'b'], ['c']]);
        await records.close(cycleAtMs, { closedAtMs: cycleAtMs + 1, nodesPresent: present, missing }, 0);
      };
      await closed(0, 2, [away('c', 'first')]);
      await closed(1, 3, []);
      await closed(2, 1, [away('a', 'only'), away('c', 'newest')]);
      await start(at + 3 * MINUTE, [['a', 'b', 'c', 'd']]);
      const sum = (fromMinute: number, beforeMinute: number, limit = 10) =>
        records.sumClosed({ fromMs: at + fromMinute * MINUTE, beforeMs: at + beforeMinute * MINUTE, limit });
      expect(await sum(0, 9)).toEqual({
        cycles: 3,
        newestCycleAtMs: at + 2 * MINUTE,
        oldestCycleAtMs: at,
        mostNodesExpected: 3,
        mostNodesPresent: 3,
        missing: [
          { ...away('a', 'only'), cyclesMissed: 1, lastMissedAtMs: at + 2 * MINUTE },
          { ...away('c', 'newest'), cyclesMissed: 2, lastMissedAtMs: at + 2 * MINUTE },
        ],
      });
      expect(await sum(1, 2)).toMatchObject({ cycles: 1, mostNodesPresent: 3, missing: [] });
      expect(await sum(0, 2, 1)).toMatchObject({ cycles: 1, oldestCycleAtMs: at + MINUTE, missing: [] });
      expect(await sum(3, 9)).toEqual({ cycles: 0, mostNodesExpected: 0, mostNodesPresent: 0, missing: [] });
    });

    it('sums cycles of which nothing could be collected without reading all of them', async () => {
      const at = Date.UTC(2022, 0, 1);
      const nodes = Array.from({ length: 8000 }, (_, index) => `n${String(index).padStart(4, '0')}`);
      const missing = nodes.map((node): MissingNode => ({ node, reason: 'timeout', detail: 'no answer' }));
      for (const minute of [0, 1, 2]) {
        await start(at + minute * MINUTE, [nodes]);
        await records.close(at + minute * MINUTE, { closedAtMs: at, nodesPresent: 0, missing }, 0);
      }
      const sums = await records.sumClosed({ fromMs: at, beforeMs: at + 3 * MINUTE, limit: 10 });
      expect(sums).toMatchObject({ cycles: 3, mostNodesExpected: 8000, mostNodesPresent: 0 });
      expect(sums.missing).toHaveLength(8000);
      expect(sums.missing[0]).toMatchObject({ node: 'n0000', cyclesMissed: 2, lastMissedAtMs: at + 2 * MINUTE });
    });
  });
}
