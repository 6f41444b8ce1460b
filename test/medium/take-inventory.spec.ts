import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { planCluster } from '../../sim/plan-cluster.js';
import { SimNodeRuntime } from '../../sim/runtime/sim-node-runtime.js';
import { LogFolders } from '../../src/agent/log-folders.js';
import { measureFileSystem } from '../../src/agent/measure-file-system.js';
import { takeInventory } from '../../src/agent/take-inventory.js';

const NOW = Date.UTC(2026, 2, 1, 12);
const GONE = '11111111-2222-3333-4444-555555555555';

describe('an inventory', () => {
  const hostRoot = mkdtempSync(join(tmpdir(), 'quartermaster-host-'));
  const logs = new LogFolders(hostRoot, '/var/lib/pod-logs');
  let node: SimNodeRuntime;
  let nowMs = NOW;
  const take = (over: Partial<Parameters<typeof takeInventory>[0]> = {}) =>
    takeInventory({ node: 'node-1', runtime: node.runtime, logs, measure: node.measure, nowMs: node.nowMs, ...over });
  const host = (...parts: string[]) => join(hostRoot, ...parts);

  beforeAll(() => {
    for (const folder of ['var/lib/pod-logs', 'var/log/containers', 'elsewhere'])
      mkdirSync(host(folder), { recursive: true });
  });
  beforeEach(() => {
    nowMs = NOW;
    const [first] = planCluster({ nodes: 1, podsPerNode: 30, seed: 7 }, NOW).nodes.values();
    if (!first) throw new Error('no node was planned');
    node = new SimNodeRuntime(first, 7, () => nowMs);
  });
  afterAll(() => rmSync(hostRoot, { recursive: true }));

  it('holds all lists of the runtime, with what the kernel says of its disk', async () => {
    const found = await take();
    expect(found).toMatchObject({
      node: 'node-1',
      takenAtMs: NOW,
      failed: [],
      sandboxImage: 'registry.k8s.io/pause:3.10',
    });
    expect(found.runtime).toEqual({ name: 'containerd', version: '2.1.4' });
    expect(found.images.length).toBeGreaterThan(20);
    const known = new Set(found.images.map(({ id }) => id));
    const sandboxes = new Set(found.sandboxes.map(({ id }) => id));
    expect(found.containers.length).toBeGreaterThan(30);
    for (const { imageId = '', sandboxId = '' } of found.containers)
      expect([known.has(imageId), sandboxes.has(sandboxId)]).toEqual([true, true]);
    expect(found.containers.some(({ state }) => state === 'exited')).toBe(true);
    const [disk] = found.fileSystems;
    expect(disk?.capacityBytes).toBe(200 * 1024 ** 3);
    expect(disk?.usedBytes).toBeLessThan(disk?.capacityBytes ?? 0);
    expect(found.images.every(({ uniqueBytes = -1, sizeBytes }) => uniqueBytes >= 0 && uniqueBytes <= sizeBytes)).toBe(
      true,
    );
  });

  it('is the same for the same seed and moment', async () => {
    expect(await take()).toEqual(await take());
  });

  it('says of a disk that fills how it fills', async () => {
    const before = await take();
    nowMs += 24 * 3_600_000;
    const after = await take();
    expect(after.images.length).toBeGreaterThan(before.images.length + 20);
    expect(after.fileSystems[0]?.availableBytes).toBeLessThan(before.fileSystems[0]?.availableBytes ?? 0);
  });

  it('names a list that fails, and holds the others', async () => {
    node.faults.add('list-fails');
    const { failed, images, containers, logs: found } = await take();
    expect(failed).toEqual([
      { list: 'containers', reason: 'ListContainers: the simulated runtime fails' },
      { list: 'logs', reason: expect.stringContaining('not known') },
    ]);
    expect([images.length > 20, containers, found]).toEqual([true, [], []]);
  });

  it('names every list of a runtime that is away', async () => {
    node.faults.add('runtime-away');
    const { failed } = await take();
    expect(failed.map(({ list }) => list)).toEqual([
      'runtime',
      'images',
      'containers',
      'sandboxes',
      'fileSystems',
      'logs',
    ]);
  });

  it('names the file systems when one cannot be measured', async () => {
    const { failed, fileSystems } = await take({ measure: (mountpoint) => measureFileSystem(logs.reach(mountpoint)) });
    expect(failed).toEqual([{ list: 'fileSystems', reason: expect.stringContaining('/var/lib/containerd') }]);
    expect(fileSystems).toEqual([]);
  });

  it('resolves the image of a container that the runtime knows by a digest', async () => {
    const [image] = await node.runtime.listImages();
    const digest = image?.repoDigests[0] ?? '';
    const runtime = Object.create(node.runtime) as typeof node.runtime;
    runtime.listContainers = async () =>
      (await node.runtime.listContainers()).map((one) => ({ ...one, imageId: digest }));
    expect(new Set((await take({ runtime })).containers.map(({ imageId }) => imageId))).toEqual(new Set([image?.id]));
  });

  describe('of logs', () => {
    const folder = (name: string) => {
      mkdirSync(host('var/lib/pod-logs', name, 'main'), { recursive: true });
      writeFileSync(host('var/lib/pod-logs', name, 'main', '0.log'), 'x'.repeat(10_000));
    };
    const link = (container: string, id: string, target: string) =>
      symlinkSync(target, host('var/log/containers', `web_shop_${container}-${id}.log`));
    const [dead, live, running] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));

    it('names the folders of pods that are gone and links that lead nowhere, with their sizes', async () => {
      const living = (await node.runtime.listSandboxes())[0]?.pod;
      const ofLiving = `${living?.namespace}_${living?.pod}_${living?.podUid}`;
      folder(`shop_web_${GONE}`);
      folder(ofLiving);
      mkdirSync(host('var/lib/pod-logs', 'not of a pod'));
      link('dead', dead ?? '', `/var/lib/pod-logs/shop_web_${GONE}/dead/0.log`);
      link('live', live ?? '', `/var/lib/pod-logs/shop_web_${GONE}/main/0.log`);
      link('foreign', running ?? '', '/var/lib/docker/containers/x.log');
      const [pod, deadLink, ...others] = (await take()).logs;
      expect(pod).toMatchObject({
        path: `/var/log/pods/shop_web_${GONE}`,
        kind: 'podFolder',
        pod: { namespace: 'shop', pod: 'web', podUid: GONE },
      });
      expect(pod?.sizeBytes).toBeGreaterThanOrEqual(10_000);
      expect(pod?.modifiedAtMs).toBeGreaterThan(Date.now() - 60_000);
      expect(deadLink).toMatchObject({
        path: `/var/log/containers/web_shop_dead-${dead}.log`,
        kind: 'deadLink',
        container: 'dead',
      });
      expect(others).toEqual([]);
    });

    it('keeps a dead link whose container has not ended', async () => {
      const id = (await node.runtime.listContainers()).find(({ state }) => state === 'running')?.id ?? '';
      link('rotated', id, `/var/lib/pod-logs/shop_web_${GONE}/rotated/0.log`);
      expect((await take()).logs.map(({ container }) => container)).not.toContain('rotated');
    });

    it.each([
      ['/var/log/pods/shop_web_u', 'var/lib/pod-logs/shop_web_u'],
      ['/var/log/containers/a.log', 'var/log/containers/a.log'],
      ['/var/log/pods/..', undefined],
      ['/var/log/pods/a/b', undefined],
      ['/var/log/pods/a/..', undefined],
      ['/etc/passwd', undefined],
    ])('reaches %s only where logs of an inventory are', (path, expected) => {
      if (expected === undefined) expect(() => logs.reachLog(path)).toThrow('is no log of an inventory');
      else expect(logs.reachLog(path)).toBe(host(expected));
    });
  });
});
