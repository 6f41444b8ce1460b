import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { healthOf } from '../../src/stacks/core/object-health.js';
import { EPOCH_MS } from '../model.js';
import { SimulationFixture } from '../simulation.fixture.js';

let nowMs = EPOCH_MS + 300 * 86_400_000;
let cluster: SimulationFixture;

const path = (plural: string, name = ''): string => `/apis/apps/v1/namespaces/default/${plural}/${name}`;
const workload = (kind: string, name: string, image: string, spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image }] } },
    ...spec,
  },
});
const apply = async (plural: string, object: object): Promise<ManifestObject> => {
  const { name } = (object as ManifestObject).metadata;
  return cluster.askJson(`${path(plural, name)}?fieldManager=test`, {
    method: 'PATCH',
    body: object,
    headers: { 'content-type': 'application/apply-patch+yaml' },
  });
};
const pass = (seconds: number): void => {
  for (let second = 0; second < seconds; second += 1) {
    nowMs += 1000;
    cluster.simulation.tick();
  }
};
const healthAt = async (plural: string, name: string): Promise<string> =>
  healthOf(await cluster.askJson<ManifestObject>(path(plural, name)), nowMs).state;
const pods = async (app: string): Promise<{ image?: string; phase: string; waiting?: string }[]> => {
  const list = await cluster.askJson<{
    items: {
      spec: { containers: { image: string }[] };
      status: { phase: string; containerStatuses: { state: { waiting?: { reason: string } } }[] };
    }[];
  }>(`/api/v1/namespaces/default/pods?labelSelector=app%3D${app}`);
  return list.items.map(({ spec, status }) => ({
    image: spec.containers[0]?.image ?? '',
    phase: status.phase,
    waiting: status.containerStatuses[0]?.state.waiting?.reason ?? '',
  }));
};

describe('applied workloads of the simulated cluster', () => {
  beforeAll(async () => {
    cluster = await SimulationFixture.start({ nodes: 2, podsPerNode: 3, now: () => nowMs });
  });
  afterAll(async () => cluster.close());

  it.each([
    ['Deployment', 'deployments', { replicas: 3 }, 3],
    ['StatefulSet', 'statefulsets', { replicas: 2, serviceName: 'x' }, 2],
    ['DaemonSet', 'daemonsets', {}, 2],
  ])('a %s gets pods that are ready after a moment', async (kind, plural, spec, count) => {
    const name = `ready-${plural}`;
    await apply(plural, workload(kind, name, 'busybox:1', spec));
    expect(await healthAt(plural, name)).toBe('inProgress');
    pass(1);
    expect(await healthAt(plural, name)).toBe('inProgress');
    pass(10);
    expect(await healthAt(plural, name)).toBe('current');
    expect((await pods(name)).map(({ phase }) => phase)).toEqual(Array(count).fill('Running'));
  });

  it('a Job has done its work after a moment, once, and never where its image cannot be pulled', async () => {
    const jobs = '/apis/batch/v1/namespaces/default/jobs';
    const job = (name: string, image: string): object => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: {
        template: {
          metadata: { labels: { app: name } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'main', image }] },
        },
      },
    });
    for (const [name, image] of [
      ['set-up', 'busybox:1'],
      ['stuck', 'busybox:broken'],
    ] as const)
      await cluster.askJson(`${jobs}/${name}?fieldManager=test`, {
        method: 'PATCH',
        body: job(name, image),
        headers: { 'content-type': 'application/apply-patch+yaml' },
      });
    const health = async (name: string): Promise<string> =>
      healthOf(await cluster.askJson<ManifestObject>(`${jobs}/${name}`), nowMs).state;
    pass(1);
    expect(await health('set-up')).toBe('inProgress');
    pass(10);
    expect([await health('set-up'), await health('stuck')]).toEqual(['current', 'inProgress']);
    expect((await pods('set-up')).map(({ phase }) => phase)).toEqual(['Succeeded']);
  });

  it('keeps the old pods while a new image cannot be pulled, and replaces them when it can', async () => {
    const given = (image: string): object => workload('Deployment', 'turned', image, { replicas: 1 });
    await apply('deployments', given('busybox:1'));
    pass(5);
    await apply('deployments', given('busybox:broken'));
    pass(20);
    expect(await healthAt('deployments', 'turned')).toBe('inProgress');
    expect((await pods('turned')).sort((a, b) => a.phase.localeCompare(b.phase))).toEqual([
      { image: 'busybox:broken', phase: 'Pending', waiting: 'ImagePullBackOff' },
      { image: 'busybox:1', phase: 'Running', waiting: '' },
    ]);
    await apply('deployments', given('busybox:2'));
    pass(10);
    expect(await healthAt('deployments', 'turned')).toBe('current');
    expect(await pods('turned')).toEqual([{ image: 'busybox:2', phase: 'Running', waiting: '' }]);
  });

  it('takes the pods of a deleted workload away, and then the workload', async () => {
    await apply('deployments', workload('Deployment', 'ended', 'nowhere.invalid/app:1', { replicas: 2 }));
    pass(2);
    expect(await pods('ended')).toHaveLength(2);
    const body = { propagationPolicy: 'Foreground' };
    await cluster.ask(path('deployments', 'ended'), { method: 'DELETE', body });
    pass(2);
    expect(await pods('ended')).toEqual([]);
    expect((await cluster.ask(path('deployments', 'ended'))).status).toBe(404);
  });
});
