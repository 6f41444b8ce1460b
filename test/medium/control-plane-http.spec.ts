import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RunView } from '../../src/jobs/run.schema.js';
import type { ControlPlaneView } from '../../src/stacks/control-plane/control-plane.schema.js';
import { openPgliteRecords, type TestRecords } from '../support/records.js';
import { StacksApp } from '../support/stacks-app.js';

let records: TestRecords;
let stacks: StacksApp;
beforeAll(async () => {
  records = await openPgliteRecords();
  stacks = await StacksApp.boot(records.database);
}, 60_000);
afterAll(async () => {
  await stacks.close();
  await records.close();
});

it('a viewer of the whole cluster sees the control plane, others do not', async () => {
  const viewer = await stacks.caller('viewer');
  const { status, body } = await viewer<ControlPlaneView>('GET', '/control-plane');
  expect(status).toBe(200);
  expect(body.verdict.losesANodeWithoutLossOfService).toBe('no');
  expect(body.findings.map(({ code }) => code)).toContain('not-visible');
  expect(body.clients).toContainEqual(expect.objectContaining({ client: 'kube-proxy', usesLoadBalancer: 'unknown' }));
  expect((await (await stacks.caller('viewer', ['shop']))('GET', '/control-plane')).status).toBe(403);
  expect((await viewer('POST', '/control-plane/watch', {})).status).toBe(403);
});

it('an operator watches the Leases in a run', async () => {
  const operator = await stacks.caller('operator');
  const refused = await operator('POST', '/control-plane/watch', { duration: '2d' });
  expect({ status: refused.status, text: refused.text }).toEqual({
    status: 400,
    text: expect.stringContaining('1s to 1h'),
  });
  const run = await stacks.over(operator, await operator<RunView>('POST', '/control-plane/watch', { duration: '1s' }));
  expect(run).toMatchObject({
    state: 'succeeded',
    result: { leaders: ['kube-controller-manager: no Lease', 'kube-scheduler: no Lease'], missedLooks: 0 },
  });
});

it('an API server that does not answer is UNAVAILABLE', async () => {
  stacks.cluster.isAway = true;
  const { status, text } = await (await stacks.caller('viewer'))('GET', '/control-plane');
  stacks.cluster.isAway = false;
  expect({ status, text }).toEqual({ status: 503, text: expect.stringContaining('does not answer') });
});
