import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { GcPlanRecords } from '../../src/gc/plans/gc-plan-records.port.js';
import type { GcRunRecords } from '../../src/gc/runs/gc-run-records.port.js';

const T0 = Date.UTC(2026, 0, 2);

const aPlan = (id: string, madeAtMs = T0) => ({
  id,
  policy: 'nightly',
  policyVersion: 7,
  policyBody: { rules: [] },
  madeBy: 'ann',
  madeAtMs,
  expiresAtMs: madeAtMs + 3_600_000,
});

/** What every database promises of plans. */
export function describeGcPlanRecords(
  engine: string,
  open: () => Promise<{ plans: GcPlanRecords; runs: GcRunRecords }>,
): void {
  describe(`plans of garbage collection on ${engine}`, () => {
    let plans: GcPlanRecords;
    let runs: GcRunRecords;
    beforeAll(async () => {
      ({ plans, runs } = await open());
    });

    it('keeps a plan and its nodes, in the order of their names', async () => {
      const id = randomUUID();
      await plans.begin(aPlan(id));
      expect(await plans.putNodes(id, [{ node: 'b', document: { n: 1 } }])).toBe(true);
      expect(await plans.putNodes(id, [{ node: 'a', document: { text: 'ä'.repeat(100_000) } }])).toBe(true);
      expect(await plans.find(id)).toEqual(aPlan(id));
      await plans.complete(id, 'f00d');
      expect(await plans.find(id)).toEqual({ ...aPlan(id), digest: 'f00d' });
      expect((await plans.nodes(id, 10)).map(({ node }) => node)).toEqual(['a', 'b']);
      expect(await plans.nodeNames(id)).toEqual(['a', 'b']);
      expect(await plans.nodes(id, 10, 'a')).toEqual([{ node: 'b', document: { n: 1 } }]);
      expect(await plans.nodes(id, 1)).toHaveLength(1);
      expect(await plans.node(id, 'b')).toEqual({ node: 'b', document: { n: 1 } });
      expect(await plans.node(id, 'c')).toBeUndefined();
    });

    it('takes a node once, whoever comes first, and nothing when the plan is complete', async () => {
      const id = randomUUID();
      await plans.begin(aPlan(id));
      await plans.begin({ ...aPlan(id), policy: 'other' });
      await plans.putNodes(id, [{ node: 'a', document: { n: 1 } }]);
      const again = [
        { node: 'a', document: { n: 2 } },
        { node: 'b', document: { n: 2 } },
      ];
      expect(await plans.putNodes(id, again)).toBe(true);
      await plans.complete(id, 'one');
      await plans.complete(id, 'two');
      expect(await plans.putNodes(id, [{ node: 'a', document: { n: 3 } }])).toBe(false);
      expect(await plans.find(id)).toMatchObject({ policy: 'nightly', digest: 'one' });
      expect(await plans.node(id, 'a')).toEqual({ node: 'a', document: { n: 1 } });
      expect(await plans.node(id, 'b')).toEqual({ node: 'b', document: { n: 2 } });
    });

    it('knows nothing of a plan that is not there', async () => {
      expect(await plans.find(randomUUID())).toBeUndefined();
      expect(await plans.find('no-plan')).toBeUndefined();
      expect(await plans.putNodes(randomUUID(), [{ node: 'a', document: {} }])).toBe(false);
      expect(await plans.nodes('no-plan', 10)).toEqual([]);
    });

    it('forgets the oldest plans, but not that of a run', async () => {
      const [old, older, ofRun] = [randomUUID(), randomUUID(), randomUUID()];
      const [young, scheduled] = [randomUUID(), randomUUID()];
      await plans.begin(aPlan(old, 2_000));
      await plans.begin(aPlan(older, 1_000));
      await plans.putNodes(older, [{ node: 'a', document: {} }]);
      await plans.begin(aPlan(ofRun, 1_500));
      await plans.begin(aPlan(young, 5_000));
      await plans.begin({ ...aPlan(scheduled, 6_000), madeBy: 'schedule:gc.policy.nightly' });
      const run = { run: randomUUID(), policy: 'p', policyVersion: 1, policyBody: {}, plan: ofRun, isApproved: true };
      await runs.insert({ ...run, isDryRun: true, startedBy: 'ann', startedAtMs: T0, deadlineMs: T0 }, []);
      expect(await plans.trim(4_000, 4_000, 1)).toBe(1);
      expect(await plans.find(older)).toBeUndefined();
      expect(await plans.nodes(older, 10)).toEqual([]);
      expect(await plans.trim(4_000, 4_000, 100)).toBe(1);
      expect(await plans.find(ofRun)).toBeDefined();
      expect(await plans.trim(4_000, 7_000, 100)).toBe(1);
      expect(await plans.find(scheduled)).toBeUndefined();
      expect(await plans.find(young)).toBeDefined();
    });
  });
}
