import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CadvisorMachine } from '../../src/metrics/node/cadvisor-machine.schema.js';
import { CadvisorContainers } from '../../src/metrics/node/cadvisor.schema.js';
import { NodeApp } from '../support/node-app.js';

let nodes: NodeApp;

beforeAll(async () => {
  nodes = await NodeApp.start();
  await nodes.sync();
  await nodes.collect(15);
  await nodes.settle();
});
afterAll(() => nodes.close());

async function ask(path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(nodes.url(`node-1/cadvisor/api/v1.3/${path}`), body ? json : {});
  return { status: answer.status, body: await answer.json() };
}

async function containers(path: string, body?: object): Promise<CadvisorContainers> {
  const answer = await ask(path === '' ? 'subcontainers' : `subcontainers/${path}`, body);
  expect(answer).toMatchObject({ status: 200 });
  return CadvisorContainers.parse(answer.body);
}

const names = (list: CadvisorContainers) => list.map(({ name }) => name);

describe("a node in cAdvisor's form", () => {
  it('is a machine', async () => {
    const node = nodes.view.node('node-1');
    const { status, body } = await ask('machine');
    expect(status).toBe(200);
    expect(CadvisorMachine.strict().parse(body)).toMatchObject({
      num_cores: (node?.capacity.cpuMillicores ?? 0) / 1000,
      memory_capacity: node?.capacity.memoryBytes,
      swap_capacity: 0,
      machine_id: node?.identity.machineId,
      system_uuid: node?.uid,
      boot_id: node?.identity.bootId,
      filesystems: [{ device: '/', has_inodes: true }, { device: 'imageFs' }, { device: 'containerFs' }],
      network_devices: [{ name: 'eth0' }],
      cloud_provider: 'Unknown',
      instance_id: 'node-1',
      instance_type: node?.labels['node.kubernetes.io/instance-type'],
    });
  });

  it('is a machine with its processors and disks where an agent has told of them', async () => {
    const head = { node: 'node-1', task: 't', takenAtMs: nodes.nowMs, receivedAtMs: nodes.nowMs };
    const own = { level: 1, type: 'data' as const, sizeBytes: 32_768, sharedBy: [0, 2] };
    const shared = { level: 3, type: 'unified' as const, sizeBytes: 8_388_608, sharedBy: [0, 1, 2, 3] };
    const body = {
      takenAtMs: head.takenAtMs,
      cpuVendor: 'a vendor',
      cpuFrequencyKhz: 3_000_000,
      physicalCores: 2,
      sockets: 1,
      topology: [
        {
          id: 0,
          memoryBytes: 7,
          cores: [
            { id: 0, socketId: 0, threads: [0, 2] },
            { id: 1, socketId: 0, threads: [1, 3] },
          ],
          caches: [own, shared],
        },
      ],
      hugePages: [{ pageBytes: 2_097_152, count: 3 }],
      blockDevices: [{ name: 'vda', number: '254:16', sizeBytes: 7, scheduler: 'none' }],
      fileSystems: [],
      networkDevices: [{ name: 'eth0', macAddress: '52:54:00:12:34:56', speedMbps: 1000, mtu: 1500 }],
      absent: [],
    };
    nodes.told.machines.set('node-1', { ...head, body });
    const { body: machine } = await ask('machine');
    nodes.told.machines.clear();
    expect(CadvisorMachine.strict().parse(machine)).toMatchObject({
      vendor_id: 'a vendor',
      num_physical_cores: 2,
      num_sockets: 1,
      cpu_frequency_khz: 3_000_000,
      hugepages: [{ page_size: 2048, num_pages: 3 }],
      disk_map: { '254:16': { name: 'vda', major: 254, minor: 16, size: 7, scheduler: 'none' } },
      network_devices: [{ name: 'eth0', mac_address: '52:54:00:12:34:56', speed: 1000, mtu: 1500 }],
      topology: [
        {
          node_id: 0,
          memory: 7,
          cores: [
            { core_id: 0, thread_ids: [0, 2], socket_id: 0, caches: [{ level: 1, type: 'data', size: 32_768 }] },
            { core_id: 1, thread_ids: [1, 3], socket_id: 0, caches: [] },
          ],
          caches: [{ level: 3, type: 'unified', size: 8_388_608 }],
        },
      ],
    });
  });

  it('has below its root everything that runs on it', async () => {
    const all = await containers('');
    const pods = nodes.view.podsOnNode('node-1');
    const expected = [
      '/',
      ...['docker-daemon', 'kubelet', 'pods'].map((name) => `/system/${name}`),
      ...pods.map(({ namespace, name }) => `/pods/${namespace}/${name}`),
      ...pods.flatMap((pod) => pod.containers.map(({ name }) => `/pods/${pod.namespace}/${pod.name}/${name}`)),
    ];
    expect(names(all)).toEqual(expect.arrayContaining(expected));
    expect(names(all)).toEqual([...new Set(names(all))].sort());
    const [root] = all;
    const direct = names(all).filter((name) => /^.(system.[^/]+|pods.[^/]+.[^/]+)$/.test(name));
    expect(root?.subcontainers?.map(({ name }) => name)).toEqual(direct);
    expect(root?.spec).toMatchObject({ has_cpu: true, has_network: true, has_diskio: false });
    expect(root?.spec.memory?.limit).toBe(nodes.view.node('node-1')?.capacity.memoryBytes);
  });

  it('tells counters of each cycle, from which old clients make rates', async () => {
    const [pod, container] = await containers(podPath());
    const stats = pod?.stats ?? [];
    expect(stats.map(({ timestamp }) => timestamp)).toEqual(
      Array.from({ length: 10 }, (_, index) => new Date(nodes.nowMs - (9 - index) * 60_000).toISOString()),
    );
    const totals = stats.map(({ cpu }) => cpu?.usage.total ?? NaN);
    expect(totals).toEqual(totals.toSorted((left, right) => left - right));
    expect(totals.every(Number.isInteger)).toBe(true);
    expect(stats.at(-1)).toMatchObject({
      memory: { working_set: expect.any(Number), hierarchical_data: { pgfault: expect.any(Number) } },
      network: { rx_bytes: expect.any(Number), tx_bytes: expect.any(Number) },
      filesystem: expect.arrayContaining([expect.objectContaining({ device: expect.stringMatching(/^Volume:/) })]),
    });
    expect(pod?.subcontainers?.map(({ name }) => name)).toContain(container?.name);
    expect(container?.stats.at(-1)?.network).toBeUndefined();
  });

  it('names pods and containers by the labels that Heapster looked for', async () => {
    const [pod, container] = await containers(podPath());
    const known = somePod();
    const labels = {
      'io.kubernetes.pod.name': known.name,
      'io.kubernetes.pod.namespace': known.namespace,
      'io.kubernetes.pod.uid': known.uid,
    };
    expect(pod?.spec.labels).toEqual({ ...labels, 'io.kubernetes.container.name': 'POD' });
    const of = known.containers.find(({ name }) => container?.name.endsWith(`/${name}`));
    expect(container?.spec.labels).toEqual({ ...labels, 'io.kubernetes.container.name': of?.name });
    expect(container).toMatchObject({ namespace: 'kubernetes', spec: { image: of?.image, has_network: false } });
    expect(container?.spec.cpu?.limit).toBe(Math.max(2, Math.floor(((of?.requests.cpuMillicores ?? 0) * 1024) / 1000)));
  });

  it.each([
    [{ num_stats: 1 }, 1],
    [{ num_stats: 3 }, 3],
    [{ num_stats: -1 }, 10],
    [{ num_stats: 0, start: '0001-01-01T00:00:00Z', end: '0001-01-01T00:00:00Z' }, 10],
    [{}, 10],
    [{ num_stats: 60, start: '2000-01-01T00:00:00+02:00', colour: 'red' }, 15],
  ])('takes the question %j of cAdvisor clients and gives %i stats', async (question, count) => {
    const [pod] = await containers(podPath(), question);
    expect(pod?.stats).toHaveLength(count);
    expect(pod?.stats.at(-1)?.timestamp).toBe(new Date(nodes.nowMs).toISOString());
  });

  it('has what stood at an earlier time', async () => {
    const end = new Date(nodes.nowMs - 5 * 60_000).toISOString();
    const [pod] = await containers(podPath(), { end, num_stats: 2 });
    expect(pod?.stats.map(({ timestamp }) => Date.parse(timestamp) - Date.parse(end))).toEqual([-60_000, 0]);
  });

  it('is found by groups and by single names', async () => {
    const {
      namespace,
      name,
      containers: [container],
    } = somePod();
    expect(names(await containers('system'))).toHaveLength(3);
    expect(names(await containers('system/kubelet'))).toEqual(['/system/kubelet']);
    expect(names(await containers('pods/')).every((path) => path.startsWith('/pods/'))).toBe(true);
    expect(names(await containers(`pods/${namespace}`))).toContain(`/pods/${namespace}/${name}`);
    const path = `pods/${namespace}/${name}/${container?.name}`;
    expect(names(await containers(path))).toEqual([`/${path}`]);
  });

  it.each(['docker', 'pods/none', 'pods/a/b/c/d', 'system/none', 'system/kubelet/x'])(
    'has no container %s',
    async (path) => {
      expect((await ask(`subcontainers/${path}`)).body).toMatchObject({
        status: 404,
        detail: `There is no container ${path} on node node-1`,
      });
    },
  );

  it('refuses a question that is none', async () => {
    const { body } = await ask('subcontainers', { num_stats: 'many', start: 'once' });
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '/num_stats' }, { pointer: '/start' }] });
  });
});

/** A pod that stays; those of Jobs come and go. */
function somePod() {
  const pod = nodes.view
    .podsOnNode('node-1')
    .find(({ owner, hostNetwork }) => owner?.kind === 'ReplicaSet' && !hostNetwork);
  if (!pod) throw new Error('no pod to ask for');
  return pod;
}

function podPath(): string {
  const { namespace, name } = somePod();
  return `pods/${namespace}/${name}`;
}
