import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { AgentRecords } from '../../src/agents/agent-records.port.js';
import { AgentTasks } from '../../src/agents/agent-tasks.service.js';
import type { GcPlanView } from '../../src/gc/plans/gc-plan.schema.js';
import type { GcRunView } from '../../src/gc/runs/gc-run.schema.js';
import { GcPolicyBody } from '../../src/gc/policies/gc-policy-body.schema.js';
import { CoordinateRun } from '../../src/gc/runs/coordinate-run.service.js';
import { GcRunRecords } from '../../src/gc/runs/gc-run-records.port.js';
import { SettleRuns } from '../../src/gc/runs/settle-runs.service.js';
import { CheckDisks } from '../../src/gc/triggers/check-disks.service.js';
import type { JobContext } from '../../src/jobs/job-handler.js';
import type { Page } from '../../src/platform/http/paging.js';
import { eventually } from '../support/eventually.js';
import { anImage, aPolicy, GB, GcCluster, isOver } from '../support/gc-cluster.js';

type Problem = { code: string; detail: string };

let cluster: GcCluster;
beforeAll(async () => {
  cluster = await GcCluster.boot();
});
afterAll(() => cluster.close());

describe('a plan', () => {
  it('says of everything why it goes or stays, and removes nothing', async () => {
    const node = await cluster.newNode(anImage('old/a:1'), anImage('old/b:1'), anImage('old/c:1'), anImage('new/d:1'));
    cluster.gc.outside.watch.put('cronjobs', {
      metadata: { name: 'report', namespace: 'shop' },
      spec: { jobTemplate: { spec: { template: { spec: { containers: [{ image: 'registry.example/old/c:1' }] } } } } },
    } as never);
    await eventually('the CronJob is known', async () => (await cluster.plan(`for-${node.name}`)).sums.images === 2);
    const made = await cluster.plan(`for-${node.name}`);
    const whole = (await cluster.viewer<GcPlanView>('GET', `/plans/${made.id}`)).body;
    const [planned] = whole.nodes;
    expect(planned?.remove.map(({ name, rule }) => [name, rule])).toEqual([
      ['registry.example/old/a:1', 'old-builds'],
      ['registry.example/old/b:1', 'old-builds'],
    ]);
    expect(planned?.kept.map(({ name }) => name).sort()).toEqual([
      'registry.example/new/d:1',
      'registry.example/old/c:1',
    ]);
    for (const item of [...(planned?.remove ?? []), ...(planned?.kept ?? [])]) expect(item.because).not.toBe('');
    expect(planned?.kept.find(({ name }) => name.includes('old/c'))?.because).toContain('CronJob shop/report');
    expect(made).toMatchObject({ digest: whole.digest, sums: { images: 2, sizeBytes: 2 * GB } });
    expect(node.removed).toEqual([]);
    expect((await cluster.viewer<GcPlanView>('GET', `/plans/${made.id}?kept=false`)).body.nodes[0]?.kept).toEqual([]);
  });

  it('does nothing on a node whose list failed, whose runtime is away, or that has no agent', async () => {
    const node = await cluster.newNode(anImage('old/a:1'));
    const away = await cluster.newNode(anImage('old/a:1'));
    const runtime = { name: 'unknown', version: 'unknown' };
    const hello = { node: away.name, instance: 'i', version: '1', runtime, allows: ['inventory', 'gc'] as const };
    await cluster.gc.app.get(AgentRecords).hello({ ...hello, runtimeAway: 'nothing listens' }, Date.now());
    await cluster.operator('POST', '/policies', { name: 'plain' });
    node.failed = [{ list: 'containers', reason: 'the socket closed' }];
    cluster.gc.outside.watch.put('nodes', { metadata: { name: 'lonely' } });
    await eventually('the node is known', async () => {
      const { status } = await cluster.operator('POST', '/plans', { policy: 'plain', nodes: ['lonely'] });
      return status === 201;
    });
    const { body } = await cluster.operator<GcPlanView>('POST', '/plans', {
      policy: 'plain',
      nodes: ['lonely', node.name, away.name],
    });
    expect(body.nodes.map(({ notActed }) => notActed)).toEqual([
      'no agent of this node has ever been heard of',
      'The list of containers failed: the socket closed.',
      'its container runtime is away: nothing listens',
    ]);
    expect(await cluster.operator('POST', '/plans', { policy: 'plain', nodes: ['nowhere'] })).toMatchObject({
      status: 404,
    });
  });

  it('is carried out as it was read: exactly its items, in its order, with their freed bytes', async () => {
    const node = await cluster.newNode(
      anImage('old/a:1'),
      anImage('old/b:1', { sizeBytes: 2 * GB }),
      anImage('new/c:1'),
    );
    const policy = `told-${node.name}`;
    await cluster.operator(
      'POST',
      '/policies',
      aPolicy(policy, [node.name], { notify: { event: true, webhook: true } }),
    );
    const made = await cluster.plan(policy);
    node.images.push(anImage('old/later:1'));
    const run = await cluster.carryOut({ plan: made.id, digest: made.digest });
    expect(run).toMatchObject({ state: 'succeeded', approved: true, dryRun: false, plan: made.id });
    expect(run.result).toMatchObject({ planned: 2, removed: 2, freedBytes: 3 * GB, estimatedBytes: 3 * GB });
    expect(node.removed).toEqual(made.nodes[0]?.remove.map(({ key }) => key));
    expect(node.images.map(({ repoTags }) => repoTags[0])).toEqual([
      'registry.example/new/c:1',
      'registry.example/old/later:1',
    ]);
    const audit = await cluster.removals(`run=${run.id}`);
    expect(audit).toHaveLength(2);
    expect(audit[0]).toMatchObject({
      node: node.name,
      startedBy: 'operator',
      policy,
      rule: 'old-builds',
      result: 'removed',
    });
    expect(new Set(audit.map(({ freedBytes }) => freedBytes))).toEqual(new Set([GB, 2 * GB]));
    await eventually('everybody is told', () => cluster.gc.outside.webhooks.some(({ id }) => id === run.id));
    expect(cluster.gc.outside.events.filter(({ name }) => name.includes(run.id))).toEqual([
      expect.objectContaining({ node: node.name, type: 'Normal', reason: 'GarbageCollected' }),
    ]);
  });

  it('leaves an image that was taken into use since, and says so', async () => {
    const node = await cluster.newNode(anImage('old/a:1'), anImage('old/b:1'));
    const made = await cluster.plan(`for-${node.name}`);
    node.containers = [
      {
        id: 'c1',
        name: 'app',
        attempt: 0,
        pod: { namespace: 'shop', pod: 'web-1', podUid: 'u1' },
        imageId: anImage('old/a:1').id,
        imageRef: anImage('old/a:1').id,
        state: 'running',
        createdAtMs: Date.now(),
      },
    ];
    const run = await cluster.carryOut({ plan: made.id, digest: made.digest });
    expect(run).toMatchObject({ state: 'succeeded', result: { planned: 2, removed: 1, kept: 1 } });
    const [kept] = await cluster.removals(`run=${run.id}&result=kept`);
    expect(kept?.resultBecause).toMatch(/changed since the plan/);
    expect(kept?.resultBecause).toContain('shop/web-1');
    expect(node.images.map(({ repoTags }) => repoTags[0])).toEqual(['registry.example/old/a:1']);
  });

  it('is refused with another digest, after a change of its policy and when it has expired', async () => {
    const node = await cluster.newNode(anImage('old/a:1'));
    const policy = `for-${node.name}`;
    const [wrong, changed, expired] = [
      await cluster.plan(policy),
      await cluster.plan(policy),
      await cluster.plan(policy),
    ];
    expect(await cluster.operator('POST', '/runs', { plan: wrong.id, digest: 'f00d' })).toMatchObject({ status: 409 });
    await sql`UPDATE gc_plans SET expires_at = now() WHERE id = ${expired.id}::uuid`.execute(
      cluster.records.database.tables(),
    );
    const late = await cluster.operator<Problem>('POST', '/runs', { plan: expired.id, digest: expired.digest });
    expect(late).toMatchObject({ status: 409, body: { detail: expect.stringContaining('expired') } });
    const { name: _, ...body } = aPolicy(policy, [node.name]);
    await cluster.operator('PUT', `/policies/${policy}`, body);
    const stale = await cluster.operator<Problem>('POST', '/runs', { plan: changed.id, digest: changed.digest });
    expect(stale).toMatchObject({ status: 409, body: { detail: expect.stringContaining('has changed') } });
    expect(await cluster.operator('POST', '/runs', { plan: 'no-plan', digest: 'x' })).toMatchObject({ status: 400 });
    expect(node.removed).toEqual([]);
  });
});

describe('a run', () => {
  it('of a policy only plans unless it is told otherwise, and its plan can be read', async () => {
    const node = await cluster.newNode(anImage('old/a:1'));
    const run = await cluster.carryOut({ policy: `for-${node.name}` });
    expect(run).toMatchObject({
      state: 'succeeded',
      dryRun: true,
      approved: false,
      result: { planned: 1, removed: 0, freedBytes: 0 },
    });
    expect(node.removed).toEqual([]);
    const { body } = await cluster.viewer<GcPlanView>('GET', `/plans/${run.plan}`);
    expect(body.nodes[0]?.remove).toHaveLength(1);
    const { sizeBytes, estimatedBytes } = body.sums;
    expect(sizeBytes).toBeGreaterThan(0);
    expect(run.result).toMatchObject({ sizeBytes, estimatedBytes });
    expect(await cluster.carryOut({ policy: `for-${node.name}`, dryRun: false })).toMatchObject({
      result: { removed: 1 },
    });
    expect(node.removed).toHaveLength(1);
  });

  it('is partial when a removal fails on one node, and the others are done', async () => {
    const [good, bad] = [
      await cluster.newNode(anImage('old/a:1')),
      await cluster.newNode(anImage('old/a:1'), anImage('old/b:1')),
    ];
    await cluster.operator('POST', '/policies', aPolicy('two', [good.name, bad.name], { dryRun: false }));
    bad.refusing.add(`image/${anImage('old/a:1').id}`);
    const run = await cluster.carryOut({ policy: 'two' });
    expect(run).toMatchObject({ state: 'partial', nodes: { succeeded: 1, partial: 1 } });
    expect(run.error).toBe(`1 of 2 nodes: ${bad.name}: 1 of 2 removed, 1 failed`);
    expect((await cluster.nodesOf(run.id)).map(({ node, state }) => [node, state])).toEqual([
      [good.name, 'succeeded'],
      [bad.name, 'partial'],
    ]);
    expect(await cluster.removals(`run=${run.id}&result=failed`)).toMatchObject([
      { resultBecause: 'the runtime refused' },
    ]);
  });

  it('waits for a node whose agent is away, and goes on when it returns', async () => {
    const node = await cluster.newNode(anImage('old/a:1'));
    node.isHere = false;
    await sql`UPDATE agents SET last_seen_at = now() - interval '10 minutes' WHERE node = ${node.name}`.execute(
      cluster.records.database.tables(),
    );
    const { id } = await cluster.start({ policy: `for-${node.name}`, dryRun: false });
    await eventually('the node is waited for', async () => (await cluster.nodesOf(id))[0]?.state === 'waiting');
    expect((await cluster.nodesOf(id))[0]?.because).toContain('has not been heard of');
    node.isHere = true;
    await sql`UPDATE gc_run_nodes SET changed_at = now() - interval '1 minute' WHERE run = ${id}::uuid`.execute(
      cluster.records.database.tables(),
    );
    await eventually('the run is over', async () => isOver(await cluster.run(id)));
    expect(await cluster.run(id)).toMatchObject({ state: 'succeeded', result: { removed: 1 } });
  });

  it('gives nodes up at its deadline, and says what they waited for', async () => {
    const run = randomUUID();
    const policyBody = GcPolicyBody.parse({});
    const times = { startedAtMs: Date.now() - 1_000, deadlineMs: Date.now() - 1 };
    const record = { run, policy: 'p', policyVersion: 1, policyBody, plan: run, isApproved: false, isDryRun: false };
    const runs = cluster.gc.app.get(GcRunRecords);
    await runs.insert({ ...record, ...times, startedBy: 'ann' }, ['far', 'farther']);
    await runs.changeNode(run, 'far', { to: 'waiting', because: 'its agent is away', atMs: Date.now() });
    const coordinating = cluster.gc.app.get(CoordinateRun, { strict: false });
    const context = { signal: new AbortController().signal, progress: () => undefined } as unknown as JobContext;
    await coordinating.coordinate({ ...record, ...times, startedBy: 'ann' }, 2, context);
    expect((await runs.nodes(run, 10)).map(({ state, because }) => [state, because])).toEqual([
      ['failed', 'the deadline of the run has passed: its agent is away'],
      ['failed', 'the deadline of the run has passed: not taken yet'],
    ]);
  });

  it('takes no node while no maintenance window is open', async () => {
    const node = await cluster.newNode(anImage('old/a:1'));
    const today = new Date().getUTCDay();
    const inThreeDays = (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[(today + 3) % 7];
    const windows = [{ days: [inThreeDays], from: '01:00', to: '02:00' }];
    await cluster.operator('POST', '/policies', aPolicy('at-night', [node.name], { dryRun: false, windows }));
    const { id } = await cluster.start({ policy: 'at-night' });
    await eventually('the run has begun', async () => (await cluster.nodesOf(id)).length === 1);
    const looked = (await cluster.run(id)).progress;
    expect(looked.done).toBe(0);
    expect((await cluster.nodesOf(id))[0]?.state).toBe('pending');
    expect((await cluster.operator('POST', `/runs/${id}/cancel`)).status).toBe(200);
    expect(node.removed).toEqual([]);
  });

  it('is cancelled between two items, and the audit has what became of each', async () => {
    const node = await cluster.newNode(anImage('old/a:1'), anImage('old/b:1'), anImage('old/d:1'));
    const second = Promise.withResolvers<void>();
    let items = 0;
    node.beforeItem = () => ((items += 1) === 2 ? second.promise : undefined);
    const { id } = await cluster.start({ policy: `for-${node.name}`, dryRun: false });
    await eventually('the first is removed', () => node.removed.length === 1);
    const cancelling = cluster.operator<GcRunView>('POST', `/runs/${id}/cancel`);
    const tasks = cluster.gc.app.get(AgentTasks, { strict: false });
    const isAsked = async () => (await tasks.find(`gc-${id}-${node.name}-1`))?.cancelRequested === true;
    await eventually('its agent is asked to stop', isAsked);
    second.resolve();
    expect((await cancelling).status).toBe(200);
    const settling = cluster.gc.app.get(SettleRuns, { strict: false });
    await eventually('its node is closed', () => settling.settleRun(id));
    expect((await cluster.nodesOf(id))[0]?.state).toBe('cancelled');
    expect(node.removed).toHaveLength(1);
    expect(await cluster.removals(`run=${id}`)).toMatchObject([{ result: 'removed' }]);
    expect(await cluster.operator('POST', `/runs/${id}/cancel`)).toMatchObject({ status: 409 });
    expect((await cluster.nodesOf(id))[0]?.outcome).toMatchObject({ planned: 3, removed: 1, notReached: 2 });
  });

  it('begins where a disk is above the mark of a policy, and not again at once', async () => {
    const [full, empty] = [await cluster.newNode(anImage('old/a:1')), await cluster.newNode(anImage('old/a:1'))];
    const body = aPolicy('on-full', [full.name, empty.name], {
      dryRun: false,
      triggers: { disk: { abovePercent: 80 } },
    });
    await cluster.operator('POST', '/policies', body);
    for (const [{ name }, available] of [
      [full, 10],
      [empty, 50],
    ] as const) {
      cluster.gc.outside.metrics.set(`filesystem/limit ${name} imageFs`, 100);
      cluster.gc.outside.metrics.set(`filesystem/available ${name} imageFs`, available);
    }
    const checking = cluster.gc.app.get(CheckDisks, { strict: false });
    expect(await checking.check(new AbortController().signal)).toBe(1);
    const [run] = (await cluster.viewer<Page<GcRunView>>('GET', '/runs?policy=on-full')).body.items;
    await eventually('the run is over', async () => isOver(await cluster.run(run?.id ?? '')));
    expect(await cluster.run(run?.id ?? '')).toMatchObject({ state: 'succeeded', startedBy: 'trigger:disk' });
    expect([full.removed.length, empty.removed.length]).toEqual([1, 0]);
    expect(await checking.check(new AbortController().signal)).toBe(0);
  });
});
