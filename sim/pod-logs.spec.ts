import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CRASH_PERIOD_MS, CRASH_RUN_MS } from './lifecycle.js';
import { linesBetween } from './log-lines.js';
import type { SimContainer, SimPod, World } from './model.js';
import { planCluster } from './plan-cluster.js';
import { SimulationFixture } from './simulation.fixture.js';

const NOW = Date.UTC(2026, 0, 7, 12);
const SEED = 3;

function find(world: World, name: string): { pod: SimPod; container: SimContainer } {
  const pod = [...world.pods.values()].find((one) => one.name.startsWith(name));
  const container = pod?.containers[0];
  if (!pod || !container) throw new Error(`There is no ${name}`);
  return { pod, container };
}

describe('linesBetween', () => {
  const world = planCluster({ nodes: 3, podsPerNode: 12, seed: SEED, replicaScale: undefined }, NOW);
  const read = (name: string, startedMs: number, fromMs: number, toMs: number) => {
    const { pod, container } = find(world, name);
    return linesBetween(SEED, pod, container, startedMs, { fromMs, toMs });
  };

  it.each(['storefront', 'checkout', 'thumbnailer', 'postgres', 'kube-proxy'])(
    'gives the same lines of %s, however the time is cut',
    (name) => {
      const whole = read(name, NOW, NOW, NOW + 60_000);
      const parts = [0, 7, 13_331, 13_332, 40_000].flatMap((from, index, all) =>
        read(name, NOW, NOW + from, NOW + (all[index + 1] ?? 60_000)),
      );
      expect(parts).toEqual(whole);
      expect(whole.length).toBeGreaterThan(5);
      expect(whole.every(({ atNs }) => atNs >= BigInt(NOW) * 1_000_000n)).toBe(true);
      expect(whole).toEqual(whole.toSorted((one, other) => (one.atNs < other.atNs ? -1 : 1)));
    },
  );

  it('lets the crash-looping container end in a burst of errors', () => {
    const lines = read('thumbnailer', NOW, NOW, NOW + CRASH_RUN_MS);
    const troubled = lines.filter(({ text }) => text.startsWith('MemoryError'));
    expect(troubled.length).toBeGreaterThan(4);
    expect(Number((troubled[0]?.atNs ?? 0n) / 1_000_000n)).toBeGreaterThanOrEqual(NOW + CRASH_RUN_MS - 8000);
  });
});

describe('pods/log', () => {
  let nowMs = NOW;
  let cluster: SimulationFixture;
  let crasher: string;
  beforeAll(async () => {
    cluster = await SimulationFixture.start({ nodes: 3, podsPerNode: 12, now: () => nowMs });
    crasher = '';
    const { items } = await cluster.askJson<{ items: { metadata: { name: string } }[] }>(
      '/api/v1/namespaces/media/pods',
    );
    crasher = items.map(({ metadata }) => metadata.name).find((name) => name.startsWith('thumbnailer')) ?? '';
  });
  afterAll(async () => cluster.close());
  const log = (pod: string, query: string, namespace = 'media') =>
    cluster.ask(`/api/v1/namespaces/${namespace}/pods/${pod}/log?${query}`);

  it('answers with stamped lines of the present life, and refuses as the API server does', async () => {
    const { body, status } = await log(crasher, 'timestamps=true');
    expect(status).toBe(200);
    const lines = body.split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.every((line) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ./.test(line) || line === '')).toBe(true);
    expect((await log(crasher, 'tailLines=2')).body.split('\n')).toHaveLength(3);
    expect((await log(crasher, 'limitBytes=10')).body).toHaveLength(10);
    expect((await log('nobody', '')).status).toBe(404);
    expect((await log(crasher, 'container=zz')).status).toBe(400);
    expect((await log(crasher, 'sinceTime=junk')).status).toBe(400);
    const since = lines[2]?.slice(0, 30) ?? '';
    const later = await log(crasher, `timestamps=true&sinceTime=${since}`);
    expect(later.body).toContain(lines[2]);
    expect(later.body.length).toBeLessThanOrEqual(body.length);
    expect((await log(crasher, '', 'shop')).status).toBe(404);
  });

  it('has one earlier life', async () => {
    const previous = await log(crasher, 'timestamps=true&previous=true');
    expect(previous.status).toBe(200);
    nowMs += CRASH_PERIOD_MS;
    expect((await log(crasher, 'timestamps=true&previous=true')).body).not.toBe(previous.body);
    const { items } = await cluster.askJson<{ items: { metadata: { name: string } }[] }>(
      '/api/v1/namespaces/data/pods',
    );
    const redis = items.find(({ metadata }) => metadata.name.startsWith('redis'))?.metadata.name ?? '';
    expect((await log(redis, 'container=redis&previous=true', 'data')).status).toBe(400);
    expect((await log(redis, '', 'data')).body).toContain('a container name must be specified');
  });
});
