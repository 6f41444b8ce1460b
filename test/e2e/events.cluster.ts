import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventFacets, EventHistogram } from '../../src/events/query/event-counts.schema.js';
import type { EventList, EventView } from '../../src/events/query/event.schema.js';
import { packageRoot } from '../../src/platform/version.js';
import type { Timeline } from '../../src/timeline/timeline.schema.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';
import { RealCluster } from '../support/real-cluster.js';

const CRASHER = `event-crasher-${String(Date.now())}`;
const NAMESPACE = 'events-test';

/** A way to the API server that can be cut, so that it is away for the program alone. */
class CuttableWay implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private port = 0;

  constructor(private readonly to: URL) {
    this.server = createServer((client) => {
      const beyond = connect(Number(this.to.port), this.to.hostname);
      for (const [one, other] of [
        [client, beyond],
        [beyond, client],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
        one.pipe(other);
      }
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return `https://127.0.0.1:${this.port}`;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut();
  }
}

const cluster = RealCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-events-'));
const open = new AsyncDisposableStack();
const env = { KUBECONFIG: join(folder, 'kubeconfig'), DATA_DIR: join(folder, 'data'), METRIC_RESOLUTION: '15s' };
let way: CuttableWay;
let program: Quartermaster;

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  open.use(await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }));
  open.use(await startCrasher());
  await letFollow();
  await cluster.kubeconfigFor('quartermaster', 'quartermaster', env.KUBECONFIG);
  const config = readFileSync(env.KUBECONFIG, 'utf8');
  const { server = '' } = cluster.config.getCurrentCluster() ?? {};
  way = open.use(new CuttableWay(new URL(server)));
  writeFileSync(env.KUBECONFIG, config.replace(server, await way.open()));
  program = await Quartermaster.start(env);
});

afterAll(async () => {
  await program?.program.end();
  await open.disposeAsync();
});

/** The right to follow events, for a cluster on which an older `deploy/rbac.yaml` stands. */
async function letFollow(): Promise<void> {
  const [apiVersion, metadata] = ['rbac.authorization.k8s.io/v1', { name: NAMESPACE }] as const;
  const rules = [{ apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['list', 'watch'] }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAMESPACE };
  const subjects = [{ kind: 'ServiceAccount', name: 'quartermaster', namespace: 'quartermaster' }];
  const role = { apiVersion, kind: 'ClusterRole', metadata, rules };
  const binding = { apiVersion, kind: 'ClusterRoleBinding', metadata, roleRef, subjects };
  for (const object of [role, binding]) open.use(await cluster.create(object));
}

/** A pod that falls over at once, and again and again. */
async function startCrasher(): Promise<AsyncDisposable> {
  const image = 'docker.io/library/busybox:1';
  return cluster.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: CRASHER, namespace: NAMESPACE },
    spec: { containers: [{ name: 'crasher', image, imagePullPolicy: 'Never', command: ['sh', '-c', 'exit 3'] }] },
  });
}

const events = (query: string) => program.get<EventList>(`/api/v1/events?namespace=${NAMESPACE}&${query}`);

/** The row of the crasher's `BackOff`: never two. */
async function backOff(): Promise<EventView | undefined> {
  const { items } = await events(`name=${CRASHER}&reason=BackOff`);
  expect(items.length).toBeLessThanOrEqual(1);
  return items[0];
}

async function grownTo(count: number): Promise<EventView> {
  return eventually(`a BackOff of count ${String(count)}`, async () => {
    const event = await backOff();
    return event !== undefined && event.count >= count && event;
  });
}

/** The count that the API server tells of now. */
async function toldCount(): Promise<number> {
  const { items } = await cluster.core().listNamespacedEvent({ namespace: NAMESPACE });
  return (
    items.find(({ reason, involvedObject }) => reason === 'BackOff' && involvedObject.name === CRASHER)?.count ?? 0
  );
}

describe('events of a real cluster', () => {
  it('show the BackOff of a crash-looping pod as one row whose count grows', async () => {
    const first = await grownTo(1);
    expect(first).toMatchObject({
      type: 'Warning',
      regarding: { kind: 'Pod', namespace: NAMESPACE, name: CRASHER, fieldPath: 'spec.containers{crasher}' },
      reportingController: 'kubelet',
      node: expect.stringMatching(/^node-/),
    });
    const later = await grownTo(first.count + 1);
    expect(later.uid).toBe(first.uid);
    const reasons = (await events(`name=${CRASHER}`)).items.map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['Scheduled', 'Pulled', 'Created', 'Started', 'BackOff']));
    expect((await events('')).coverage).toMatchObject({ state: 'live', gaps: [] });
  });

  it('go on after the program was killed and started again, and double nothing', async () => {
    const before = await grownTo(2);
    const rows = (await events('limit=1000')).items.map(({ uid }) => uid);
    await program.program.end('SIGKILL');
    program = await Quartermaster.start(env);
    const after = await grownTo(before.count + 1);
    expect(after.uid).toBe(before.uid);
    const again = new Set((await events('limit=1000')).items.map(({ uid }) => uid));
    expect(rows.filter((uid) => !again.has(uid))).toEqual([]);
    const { buckets } = await program.get<EventHistogram>(
      `/api/v1/events/histogram?namespace=${NAMESPACE}&reason=BackOff&from=-1h`,
    );
    const counted = buckets.reduce((sum, { occurrences }) => sum + occurrences, 0);
    const now = (await backOff())?.count ?? 0;
    expect(counted).toBeGreaterThanOrEqual(after.count);
    expect(counted).toBeLessThanOrEqual(now);
  });

  it('are complete after the API server was away for ten seconds', async () => {
    const before = await grownTo(1);
    await way.cut();
    await pause(10_000);
    expect((await events('')).coverage.state).toBe('behind');
    await way.open();
    await eventually('the watch to be live', async () => (await events('')).coverage.state === 'live');
    await eventually('every occurrence', async () => (await backOff())?.count === (await toldCount()));
    expect((await backOff())?.uid).toBe(before.uid);
    const { facets } = await program.get<EventFacets>(`/api/v1/events/facets?namespace=${NAMESPACE}&keys=reason`);
    expect(facets[0]?.values).toContainEqual({ value: 'BackOff', events: 1 });
  });

  it('stand on one axis with restarts and metrics', async () => {
    const query = `namespace=${NAMESPACE}&pod=${CRASHER}&from=-15m`;
    const timeline = await eventually('a restart on the axis', async () => {
      const found = await program.get<Timeline>(`/api/v1/timeline?${query}`);
      return (found.restarts ?? []).length > 0 && found;
    });
    expect(timeline.restarts).toContainEqual(
      expect.objectContaining({ change: 'ended', container: 'crasher', reason: 'Error', exitCode: 3 }),
    );
    expect(timeline.events?.items.map(({ reason }) => reason)).toContain('BackOff');
  });
});
