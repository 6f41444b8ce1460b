import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NodeContainers } from '../../src/metrics/node/node-containers.schema.js';
import { NodeImageList } from '../../src/metrics/node/node-images.schema.js';
import { NodeMachine } from '../../src/metrics/node/node-machine.schema.js';
import { eventually } from '../support/eventually.js';
import { NodeApp } from '../support/node-app.js';

const MINUTE = 60_000;
let nodes: NodeApp;

beforeAll(async () => {
  nodes = await NodeApp.start();
});
afterAll(() => nodes.close());

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(nodes.url(path));
  return { status: answer.status, body: await answer.json() };
}

const machineOf = async (node: string) => NodeMachine.strict().parse((await get(`${node}/machine`)).body);
const treeOf = async (query = '') => NodeContainers.strict().parse((await get(`node-1/containers${query}`)).body);

describe('a node over HTTP', () => {
  it('is unavailable rather than unknown while the cluster has not been read', async () => {
    for (const path of ['machine', 'containers', 'live']) expect((await get(`node-1/${path}`)).status).toBe(503);
    await nodes.sync();
  });

  it.each(['machine', 'containers', 'live'])('that is not there is 404 for %s', async (path) => {
    expect((await get(`node-9/${path}`)).body).toMatchObject({
      status: 404,
      detail: 'There is no node node-9',
    });
  });
});

describe('the machine of a node', () => {
  it('joins what the cluster and the kubelet say', async () => {
    const machine = await machineOf('node-1');
    const node = nodes.view.node('node-1');
    const summary = await nodes.cluster.askJson<{ node: { fs: { capacityBytes: number }; startTime: string } }>(
      `${nodes.cluster.kubeletUrl('node-1')}/stats/summary`,
    );
    expect(machine).toMatchObject({
      node: 'node-1',
      cores: (node?.capacity.cpuMillicores ?? 0) / 1000,
      memoryBytes: node?.capacity.memoryBytes,
      swap: { capacityBytes: 0, usedBytes: 0, availableBytes: 0 },
      networkDevices: [{ name: 'eth0', default: true }],
      maxProcesses: 4_194_304,
      bootedAt: new Date(summary.node.startTime).toISOString(),
      machineId: node?.uid.replaceAll('-', ''),
      systemUuid: node?.uid,
      bootId: node?.identity.bootId,
      providerId: 'sim://node-1',
      instanceType: node?.labels['node.kubernetes.io/instance-type'],
      versions: node?.versions,
      capacity: node?.capacity,
      staleSeconds: 0,
    });
    expect(machine.fileSystems.map(({ name }) => name)).toEqual(['/', 'imageFs', 'containerFs']);
    expect(machine.fileSystems[0]?.capacityBytes).toBe(summary.node.fs.capacityBytes);
    const absent = machine.absent.map(({ field }) => field);
    expect(absent).toEqual(expect.arrayContaining(['blockDevices', 'topology', 'cpuFrequencyKhz']));
    expect(absent).not.toContain('fileSystems');
  });

  it('has what its agent told last, with its age, and says what the agent could not tell', async () => {
    const head = { node: 'node-1', task: 't', takenAtMs: nodes.nowMs - 3_000, receivedAtMs: nodes.nowMs - 2_000 };
    const disk = { name: 'vda', number: '254:0', sizeBytes: 7 };
    const body = {
      takenAtMs: head.takenAtMs,
      cpuModel: 'a model',
      topology: [{ id: 0, cores: [{ id: 0, socketId: 0, threads: [0, 1] }], caches: [] }],
      hugePages: [],
      blockDevices: [disk],
      fileSystems: [],
      networkDevices: [{ name: 'eth0', macAddress: '52:54:00:12:34:56', mtu: 1500 }],
      absent: [
        { field: 'fileSystems', reason: 'hidden' },
        { field: 'memoryBytes', reason: 'hidden' },
      ],
    };
    nodes.told.machines.set('node-1', { ...head, body });
    const machine = await machineOf('node-1');
    nodes.told.machines.clear();
    expect(machine).toMatchObject({
      cpuModel: 'a model',
      blockDevices: [disk],
      topology: body.topology,
      networkDevices: [{ name: 'eth0', default: true, macAddress: '52:54:00:12:34:56', mtu: 1500 }],
      agentReadAt: new Date(head.takenAtMs).toISOString(),
      agentAgeMs: 2_000,
    });
    expect(machine.absent).toEqual([{ field: 'mounts', reason: 'hidden' }]);
  });

  it('is there without its part when the kubelet fails, and says why', async () => {
    await nodes.cluster.simulation.faults.set('node-2', 'http-500');
    const machine = await machineOf('node-2');
    expect(machine).toMatchObject({ cores: expect.any(Number), fileSystems: [], networkDevices: [] });
    expect(machine.kubeletAskedAt).toBeUndefined();
    for (const field of ['fileSystems', 'networkDevices', 'swap', 'bootedAt'])
      expect(machine.absent).toContainEqual({ field, reason: expect.stringContaining('status 500') });
    await nodes.cluster.simulation.faults.clear('node-2');
  });

  it('asks the kubelet once for all who ask at the same time', async () => {
    const { simulation } = nodes.cluster;
    const before = simulation.summariesAsked('node-1');
    await simulation.faults.set('node-1', 'hang');
    const machines = Promise.all(Array.from({ length: 20 }, () => machineOf('node-1')));
    expect((await machines).every(({ kubeletAskedAt }) => kubeletAskedAt === undefined)).toBe(true);
    await simulation.faults.clear('node-1');
    expect(simulation.summariesAsked('node-1') - before).toBe(1);
  });
});

describe('the containers of a node', () => {
  it('are there with their names before anything was measured', async () => {
    const tree = await treeOf();
    expect(tree.pods.map(({ namespace, name }) => [namespace, name])).toEqual(
      nodes.view.podsOnNode('node-1').map(({ namespace, name }) => [namespace, name]),
    );
    expect(tree.root).toEqual({ path: '/', metrics: {}, resources: [], series: [] });
    expect(tree.pods.every(({ metrics, series }) => Object.keys(metrics).length + series.length === 0)).toBe(true);
  });

  it('have the newest values and a short series of each', async () => {
    await nodes.collect(12);
    await nodes.settle();
    const tree = await treeOf();
    const truth = nodes.cluster.simulation.truth.pods().filter(({ node }) => node === 'node-1');
    expect(tree.pods.filter(({ phase }) => phase !== undefined)).toHaveLength(truth.length); // Jobs' pods come and go
    expect(tree.systemContainers.map(({ name }) => name)).toEqual(['docker-daemon', 'kubelet', 'pods']);
    expect(tree).toMatchObject({ stepMs: MINUTE, truncated: false, root: { path: '/' } });
    expect(tree.root.sampledAt).toBe(new Date(nodes.nowMs).toISOString());
    expect(tree.root.metrics).toMatchObject({ 'cpu/usage_rate': expect.any(Number) });
    expect(tree.root.series.map(({ metric }) => metric).sort()).toEqual([
      'cpu/usage_rate',
      'memory/working_set',
      'network/rx_rate',
      'network/tx_rate',
    ]);
    const pod = tree.pods.find(
      ({ workload, resources }) => workload?.startsWith('Deployment/') && resources.length > 0,
    );
    const points = pod?.series.find(({ metric }) => metric === 'memory/working_set')?.points;
    expect(points).toHaveLength(11); // both ends
    expect(points?.at(-1)).toEqual({ time: tree.at, value: pod?.metrics['memory/working_set'] });
    expect(pod?.path).toBe(`/pods/${pod?.namespace}/${pod?.name}`);
    const [container] = pod?.containers ?? [];
    expect(container?.path).toBe(`${pod?.path}/${container?.name}`);
    expect(container).toMatchObject({ image: expect.any(String), state: 'running' });
  });

  it('of a pod that went are shown as long as it was measured lately', async () => {
    const [gone] = nodes.view.podsOnNode('node-1').filter(({ owner }) => owner?.kind === 'ReplicaSet');
    nodes.cluster.simulation.changes.removePod(gone?.namespace ?? '', gone?.name ?? '');
    await eventually('the pod is gone', () => !nodes.view.pod(gone?.namespace ?? '', gone?.name ?? ''));
    const shown = (await treeOf()).pods.find(({ name }) => name === gone?.name);
    expect(shown).toMatchObject({ uid: gone?.uid, sampledAt: expect.any(String) });
    expect(shown?.phase).toBeUndefined();
  });

  it('say when the newest collection lacks the node', async () => {
    const missing = { node: 'node-1', reason: 'timeout', detail: 'No whole answer within 10 s.' } as const;
    const cycle = { cycleAtMs: nodes.nowMs, resolutionMs: MINUTE, startedAtMs: nodes.nowMs, nodesExpected: 2 };
    nodes.cycles = [
      cycle,
      { ...cycle, completeness: { closedAtMs: nodes.nowMs, nodesPresent: 1, missing: [missing] } },
    ];
    const { node: _, ...because } = missing;
    expect((await treeOf()).missing).toEqual({ ...because, cycleAt: new Date(nodes.nowMs).toISOString() });
    nodes.cycles = [];
  });

  it.each([
    ['-59m59s', 60],
    ['-1h', 61],
  ])('take %s as the farthest start', async (from, most) => {
    const tree = await treeOf(`?from=${from}`);
    expect(tree.root.series[0]?.points.length).toBeLessThanOrEqual(most);
  });

  it.each([
    ['-3600001ms', /is 1h1ms ago, at most 1h is allowed \(NODE_MAX_SPAN\): take -1h/],
    ['now', /is not before now/],
    ['yesterday', /is not a time/],
  ])('refuse to begin at %s', async (from, detail) => {
    const { status, body } = await get(`node-1/containers?from=${from}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ pointer: 'from', detail: expect.stringMatching(detail) }] });
  });
});

describe('the images of a node', () => {
  it('are those of the newest inventory, page after page, with who refers to them', async () => {
    expect((await get('node-1/images')).body).toMatchObject({
      status: 404,
      detail: 'No agent has told which images are on node node-1',
    });
    expect((await get('node-9/images')).status).toBe(404);
    const image = (id: string) => ({ id, repoTags: [`${id}:1`], repoDigests: [], sizeBytes: 5, pinned: false });
    const container = { name: 'c', attempt: 0, imageRef: 'b:1', state: 'exited', createdAtMs: 1 } as const;
    const body = {
      node: 'node-1',
      takenAtMs: nodes.nowMs - 3_000,
      runtime: { name: 'containerd', version: '2.1.4' },
      images: [image('b'), image('a')],
      containers: [{ ...container, id: 'c1', imageId: 'b' }],
      sandboxes: [],
      fileSystems: [],
      logs: [],
      failed: [],
    };
    const head = { node: 'node-1', task: 't', takenAtMs: body.takenAtMs, receivedAtMs: nodes.nowMs - 2_000 };
    nodes.told.inventories.set('node-1', { ...head, body });
    const first = NodeImageList.strict().parse((await get('node-1/images?limit=1')).body);
    expect(first).toMatchObject({ node: 'node-1', ageMs: 2_000, items: [{ id: 'a', containers: 0 }] });
    const second = NodeImageList.parse((await get(`node-1/images?cursor=${first.nextCursor}`)).body);
    expect(second.items).toMatchObject([{ id: 'b', containers: 1 }]);
    expect(second.nextCursor).toBeUndefined();
  });
});
