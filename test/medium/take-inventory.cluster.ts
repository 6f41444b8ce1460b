import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCriRuntime } from '../../src/adapters/containerd/open-cri-runtime.js';
import { HostFiles } from '../../src/agent/host-files.js';
import { LogFolders } from '../../src/agent/log-folders.js';
import { measureFileSystem } from '../../src/agent/measure-file-system.js';
import { readMachine } from '../../src/agent/read-machine.js';
import { takeInventory } from '../../src/agent/take-inventory.js';
import { SystemClock } from '../../src/platform/clock.js';
import { ClusterNode } from '../support/cluster-node.js';
import { localNodeFolder, RealCluster } from '../support/real-cluster.js';

describe('on a real node', () => {
  const tag = `registry.example/inventory/${randomUUID().slice(0, 8)}:1`;
  const orphan = `gone_web-1_${randomUUID()}`;
  const podLogs = join(localNodeFolder('node-2'), 'logs');
  const logs = new LogFolders('/', podLogs);
  let node: ClusterNode;
  let opened: ReturnType<typeof openCriRuntime>;
  let image = '';

  beforeAll(async () => {
    node = await ClusterNode.open('node-2');
    opened = openCriRuntime(node.socket, new SystemClock());
    image = node.addImage([tag]);
    await node.run(tag, 'exec sleep 3600', 'running');
    await node.run(tag, 'exit 1', 'terminated');
    mkdirSync(join(podLogs, orphan));
    writeFileSync(join(podLogs, orphan, '0.log'), 'x'.repeat(8192));
  });
  afterAll(async () => {
    rmSync(join(podLogs, orphan), { recursive: true, force: true });
    opened.close();
    await node.close();
  });

  const take = () =>
    takeInventory({
      node: 'node-2',
      runtime: opened.runtime,
      logs,
      measure: (mountpoint) => measureFileSystem(logs.reach(mountpoint)),
      nowMs: () => Date.now(),
    });

  it('an inventory holds every pod that the API server has running there, and its own', async () => {
    const { items } = await RealCluster.open()
      .core()
      .listPodForAllNamespaces({ fieldSelector: 'spec.nodeName=node-2' });
    const running = items.filter(({ status }) => status?.phase === 'Running').map(({ metadata }) => metadata?.uid);
    const { failed, containers, sandboxes, images, fileSystems } = await take();
    expect(failed).toEqual([]);
    const found = new Set(containers.map(({ pod }) => pod?.podUid)); // of one that crashes again and again none need run
    expect(running.length).toBeGreaterThan(0);
    for (const uid of running) expect(found).toContain(uid);
    expect(
      containers
        .filter(({ imageId }) => imageId === image)
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['exited', 'running']);
    const known = new Set(images.map(({ id }) => id));
    for (const { imageId = '' } of containers) expect(known).toContain(imageId);
    for (const { pod } of sandboxes) expect(pod).toBeDefined();
    expect(fileSystems[0]?.capacityBytes).toBeGreaterThan(fileSystems[0]?.availableBytes ?? Infinity);
  });

  it('names the log folder of a pod that is gone, and of no other', async () => {
    const { logs: found, containers } = await take();
    expect(found.find(({ path }) => path === `/var/log/pods/${orphan}`)?.sizeBytes).toBeGreaterThanOrEqual(8192);
    const uids = new Set(containers.map(({ pod }) => pod?.podUid));
    expect(found.filter(({ pod }) => uids.has(pod?.podUid))).toEqual([]);
  });

  it('the machine is told as the kernel has it', async () => {
    const machine = await readMachine(new HostFiles('/'), Date.now());
    expect(machine.cores).toBe(machine.topology.flatMap(({ cores }) => cores.flatMap(({ threads }) => threads)).length);
    expect(machine.memoryBytes).toBeGreaterThan(2 ** 30);
    expect(machine.bootId).toMatch(/^[\da-f-]{36}$/);
    expect(machine.fileSystems.map(({ mountpoint }) => mountpoint)).toContain('/');
    expect(machine.blockDevices.length).toBeGreaterThan(0);
    expect(machine.networkDevices.length).toBeGreaterThan(0);
  });
});
