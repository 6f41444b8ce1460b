import { beforeEach, describe, expect, it } from '@jest/globals';
import { planCluster } from '../plan-cluster.js';
import { type RuntimeFault, RUNTIME_SKEW_MS } from './runtime-faults.js';
import { SimNodeRuntime } from './sim-node-runtime.js';

const NOW = Date.UTC(2026, 2, 1, 12);

describe('the runtime of a simulated node', () => {
  let at: SimNodeRuntime;
  beforeEach(() => {
    const [node] = planCluster({ nodes: 1, podsPerNode: 20, seed: 3 }, NOW).nodes.values();
    if (!node) throw new Error('no node was planned');
    at = new SimNodeRuntime(node, 3, () => NOW);
  });
  const unused = async () => {
    const used = new Set((await at.runtime.listContainers()).map(({ imageId }) => imageId));
    const image = (await at.runtime.listImages()).find(({ id, pinned }) => !pinned && !used.has(id));
    if (!image) throw new Error('every image is in use');
    return image;
  };

  it.each<[RuntimeFault, string, string]>([
    ['removal-fails', 'failed', 'the simulated runtime fails to remove it'],
    ['removal-no-effect', 'failed', 'removal had no effect'],
    ['in-use-at-last', 'kept', 'in use by default/at-the-last-moment'],
  ])('with the fault %s an image that is to go is %s', async (fault, outcome, because) => {
    const { id } = await unused();
    at.faults.add(fault);
    expect(await at.remover.removeImage(id)).toEqual({ outcome, because: expect.stringContaining(because) });
    expect(await at.runtime.findImage(id)).toBeDefined();
  });

  it('gives back what only the removed image held', async () => {
    const { id, uniqueBytes } = await unused();
    const free = async () => (await at.measure('/var/lib/containerd')).availableBytes;
    const before = await free();
    expect(await at.remover.removeImage(id)).toEqual({ outcome: 'removed', because: '' });
    expect((await free()) - before).toBe(uniqueBytes);
  });

  it('never lets the pause image go, which is pinned', async () => {
    const pause = (await at.runtime.listImages()).find(({ pinned }) => pinned);
    expect(await at.remover.removeImage(pause?.id ?? '')).toMatchObject({ outcome: 'kept' });
  });

  it('can have a clock that is wrong', () => {
    at.faults.add('runtime-clock');
    expect(at.nowMs()).toBe(NOW + RUNTIME_SKEW_MS);
  });

  it('goes on with the dead instances of containers that crash, the newest of which it has as exited', async () => {
    const dead = (await at.runtime.listContainers()).filter(({ state }) => state === 'exited');
    expect(dead.length).toBeGreaterThan(0);
    expect(dead.every(({ finishedAtMs, createdAtMs }) => (finishedAtMs ?? 0) >= createdAtMs)).toBe(true);
  });
});
