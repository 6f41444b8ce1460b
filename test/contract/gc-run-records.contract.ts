import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CountedOutcome } from '../../src/gc/core/outcome-of-node.js';
import type { GcRunRecord, GcRunRecords } from '../../src/gc/runs/gc-run-records.port.js';
import type { RunRecords } from '../../src/jobs/run-records.port.js';

const T0 = Date.UTC(2026, 0, 2);
const OUTCOME: CountedOutcome = {
  planned: 3,
  removed: 1,
  absent: 0,
  kept: 1,
  failed: 1,
  notReached: 0,
  freedBytes: 5_000_000_000,
  estimatedBytes: 4_000_000_000,
  sizeBytes: 6_000_000_000,
};

const aRun = (startedAtMs = T0): GcRunRecord => ({
  run: randomUUID(),
  policy: 'nightly',
  policyVersion: 7,
  policyBody: { rules: [] },
  plan: randomUUID(),
  isApproved: true,
  isDryRun: false,
  startedBy: 'ann',
  startedAtMs,
  deadlineMs: startedAtMs + 60_000,
});

/** What every database promises of the runs of policies. */
export function describeGcRunRecords(
  engine: string,
  open: () => Promise<{ gcRuns: GcRunRecords; runs: RunRecords }>,
): void {
  describe(`runs of garbage collection on ${engine}`, () => {
    let records: GcRunRecords;
    let runs: RunRecords;
    beforeAll(async () => {
      ({ gcRuns: records, runs } = await open());
    });
    const states = async (run: string) => (await records.nodes(run, 100)).map(({ node, state }) => [node, state]);

    it('keeps a run and its nodes in the given order, once', async () => {
      const run = aRun();
      await records.insert(run, ['c', 'a', 'b']);
      await records.insert({ ...run, policy: 'other' }, ['d']);
      expect(await records.find([run.run, randomUUID()])).toEqual([run]);
      expect(await states(run.run)).toEqual([
        ['c', 'pending'],
        ['a', 'pending'],
        ['b', 'pending'],
      ]);
      const [first] = await records.nodes(run.run, 1);
      expect((await records.nodes(run.run, 10, first?.position)).map(({ node }) => node)).toEqual(['a', 'b']);
    });

    it('changes a node until its state is final', async () => {
      const { run } = aRun();
      await records.insert({ ...aRun(), run }, ['a']);
      const take = { from: 'pending', to: 'running', because: 'x', atMs: T0 + 1 } as const;
      expect(await records.changeNode(run, 'a', take)).toBe(true);
      expect(await records.changeNode(run, 'a', take)).toBe(false);
      expect(await records.changeNode(run, 'a', { to: 'waiting', because: 'its agent is away', atMs: T0 + 2 })).toBe(
        true,
      );
      const end = { to: 'partial', because: 'one failed', outcome: OUTCOME, atMs: T0 + 3 } as const;
      expect(await records.changeNode(run, 'a', end)).toBe(true);
      expect(await records.changeNode(run, 'a', { to: 'failed', because: 'late', atMs: T0 + 4 })).toBe(false);
      expect(await records.changeNode(run, 'b', end)).toBe(false);
      expect(await records.node(run, 'a')).toEqual({
        node: 'a',
        position: 0,
        state: 'partial',
        because: 'one failed',
        attempt: 1,
        outcome: OUTCOME,
        changedAtMs: T0 + 3,
      });
    });

    it('counts nodes by state, and finds those that are open', async () => {
      const run = aRun(1_000);
      await records.insert(run, ['a', 'b', 'c']);
      await records.changeNode(run.run, 'b', { to: 'succeeded', because: 'done', atMs: T0 });
      expect((await records.counts([run.run, randomUUID()])).get(run.run)).toMatchObject({
        pending: 2,
        succeeded: 1,
        failed: 0,
      });
      const open = await records.open(2);
      expect(open.map(({ run: id, node }) => [id, node])).toEqual([
        [run.run, 'a'],
        [run.run, 'c'],
      ]);
      expect((await records.open(10, run.run)).map(({ node }) => node)).toEqual(['a', 'c']);
      expect(await records.open(10, randomUUID())).toEqual([]);
    });

    it('forgets old runs whose row in the runs is gone', async () => {
      const [old, kept] = [aRun(500), aRun(500)];
      for (const run of [old, kept]) await records.insert(run, ['a']);
      const { run: id, startedBy } = kept;
      await runs.insert({ id, kind: 'gc.run', jobId: id, payload: {}, startedBy, createdAtMs: 500 });
      expect(await records.trim(600, 0, 100)).toBe(1);
      expect(await records.find([old.run, kept.run])).toEqual([kept]);
      expect(await records.nodes(old.run, 10)).toEqual([]);
    });

    it('forgets early what a schedule started and had nothing to do', async () => {
      const bySchedule = { startedBy: 'schedule:gc.policy.nightly.containers' };
      const [idle, young, busy, missed, byHand] = [aRun(500), aRun(900), aRun(500), aRun(500), aRun(500)];
      const all = [idle, young, busy, missed].map((run) => ({ ...run, ...bySchedule }));
      for (const run of [...all, byHand]) {
        await records.insert(run, ['a', 'b']);
        const { run: id, startedBy } = run;
        await runs.insert({ id, kind: 'gc.run', jobId: id, payload: {}, startedBy, createdAtMs: 500 });
        for (const node of ['a', 'b']) {
          const to = id === missed.run && node === 'b' ? 'failed' : 'succeeded';
          const outcome = { ...OUTCOME, planned: id === busy.run && node === 'b' ? 1 : 0 };
          await records.changeNode(id, node, { to, because: 'done', outcome, atMs: T0 });
        }
      }
      expect(await records.trim(100, 800, 100)).toBe(1);
      const left = await records.find([...all, byHand].map(({ run }) => run));
      expect(new Set(left.map(({ run }) => run))).toEqual(new Set([young, busy, missed, byHand].map(({ run }) => run)));
    });
  });
}
