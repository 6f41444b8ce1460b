import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { CheckDisks } from '../../src/gc/triggers/check-disks.service.js';
import { eventually } from '../support/eventually.js';
import { anImage, aPolicy, GcCluster } from '../support/gc-cluster.js';

let cluster: GcCluster;
beforeAll(async () => {
  cluster = await GcCluster.boot();
});
afterAll(() => cluster.close());

describe('a run that waits for a node', () => {
  it('does not keep a full disk of another node from starting one', async () => {
    const [away, full] = [await cluster.newNode(anImage('old/a:1')), await cluster.newNode(anImage('old/a:1'))];
    away.isHere = false;
    await sql`UPDATE agents SET last_seen_at = now() - interval '1 hour' WHERE node = ${away.name}`.execute(
      cluster.records.database.tables(),
    );
    const more = { dryRun: false, triggers: { disk: { abovePercent: 80 } } };
    await cluster.operator('POST', '/policies', aPolicy('on-full-too', [away.name, full.name], more));
    const { id } = await cluster.start({ policy: 'on-full-too', nodes: [away.name] });
    await eventually('it waits', async () => (await cluster.nodesOf(id))[0]?.state === 'waiting');
    for (const { name } of [away, full]) {
      cluster.gc.outside.metrics.set(`filesystem/limit ${name} imageFs`, 100);
      cluster.gc.outside.metrics.set(`filesystem/available ${name} imageFs`, 10);
    }
    const checking = cluster.gc.app.get(CheckDisks, { strict: false });
    expect(await checking.check(new AbortController().signal)).toBe(1);
    await eventually('the full one is cleaned', () => full.removed.length === 1);
    expect(await checking.check(new AbortController().signal)).toBe(0);
    await cluster.operator('POST', `/runs/${id}/cancel`);
  });
});

describe('a plan of a while ago', () => {
  it('leaves a container that was started by hand again since', async () => {
    const node = await cluster.newNode();
    const hour = 3_600_000;
    const { id: imageId } = anImage('old/x:1');
    const build = { id: 'b1', name: 'build-1', attempt: 0, imageId, imageRef: imageId, state: 'exited' as const };
    node.containers = [{ ...build, createdAtMs: Date.now() - 9 * hour, finishedAtMs: Date.now() - 8 * hour }];
    const byHand = [{ name: 'builds', container: { glob: 'build-*' }, exitedFor: '1h' }];
    await cluster.operator('POST', '/policies', aPolicy('builds', [node.name], { containers: { byHand } }));
    const made = await cluster.plan('builds');
    expect(made.sums.containers).toBe(1);
    node.containers = [{ ...build, createdAtMs: Date.now() - 9 * hour, finishedAtMs: Date.now() }];
    const run = await cluster.carryOut({ plan: made.id, digest: made.digest });
    expect(run).toMatchObject({ state: 'succeeded', result: { planned: 1, removed: 0, kept: 1 } });
    const [kept] = await cluster.removals(`run=${run.id}`);
    expect(kept?.resultBecause).toMatch(/^changed since the plan: The rule builds names it, but it exited only /);
  });

  it('leaves an image that was used since although nothing refers to it any more, and one that has come anew', async () => {
    const node = await cluster.newNode(anImage('old/a:1'), anImage('old/b:1'), anImage('old/d:1'));
    const policy = `for-${node.name}`;
    const made = await cluster.plan(policy);
    expect(made.sums.images).toBe(3);
    const { id: imageId } = anImage('old/a:1');
    node.containers = [
      { id: 'c1', name: 'job', attempt: 0, imageId, imageRef: imageId, state: 'running', createdAtMs: Date.now() },
    ];
    node.images = node.images.filter(({ repoTags }) => !repoTags[0]?.includes('old/b'));
    await cluster.plan(policy); // has an inventory taken
    node.containers = [];
    node.images.push(anImage('old/b:1'));
    const run = await cluster.carryOut({ plan: made.id, digest: made.digest });
    expect(run).toMatchObject({ state: 'succeeded', result: { planned: 3, removed: 1, kept: 2 } });
    const kept = await cluster.removals(`run=${run.id}&result=kept`);
    expect(kept.map(({ name, resultBecause }) => `${name} ${resultBecause}`).toSorted()).toEqual([
      expect.stringMatching(/old\/a:1 changed since the plan: it was last used .* ago$/),
      expect.stringMatching(/old\/b:1 changed since the plan: it has come anew, .* ago$/),
    ]);
  });
});
