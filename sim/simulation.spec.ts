import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CoreV1Api, KubeConfig, Watch } from '@kubernetes/client-node';
import { EPOCH_MS } from './model.js';
import { startSimulation } from './simulation.js';
import { SimulationFixture } from './simulation.fixture.js';

const START_MS = EPOCH_MS + 300 * 86_400_000 + 5000;

describe('a simulation', () => {
  it('starts again with the authority, the tokens and the pods of the first start', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'simulation-'));
    const first = await startSimulation({ dir, nodes: 1, podsPerNode: 3, now: () => START_MS });
    const { ca, tokens } = first;
    const pods = first.truth.pods().map((pod) => pod.name);
    await first.close();
    const second = await SimulationFixture.start({ dir, nodes: 1, podsPerNode: 3, now: () => START_MS + 60_000 });
    expect(second.simulation.ca).toBe(ca);
    expect(second.simulation.tokens).toEqual(tokens);
    expect(readFileSync(join(dir, 'ca.crt'), 'utf8')).toBe(ca);
    expect(second.simulation.truth.pods().map((pod) => pod.name)).toEqual(expect.arrayContaining(pods.slice(0, 3)));
    for (const file of ['ca.key', 'tokens.json', 'kubeconfig']) {
      expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
    }
    await second.close();
  });

  it('lets CronJobs run: Jobs appear, finish and are cleaned up, and restarts are counted', async () => {
    let nowMs = START_MS;
    const cluster = await SimulationFixture.start({ nodes: 4, podsPerNode: 10, now: () => nowMs });
    type Jobs = { items: { metadata: { name: string }; status: { active?: number; succeeded?: number } }[] };
    const jobs = async () => (await cluster.askJson<Jobs>('/apis/batch/v1/jobs')).items;
    const before = await jobs();
    expect(before.map((job) => job.status.succeeded ?? 0)).toEqual([1, 1, 0]);
    nowMs += 60_000;
    cluster.simulation.tick();
    expect((await jobs()).map((job) => job.status.succeeded)).toEqual([1, 1, 1]);
    const watch = await cluster.watch('/api/v1/pods?watch=true&labelSelector=app%3Dthumbnailer&resourceVersion=0');
    const shown = await watch.next();
    expect(shown?.type).toBe('ADDED');
    nowMs += 400_000;
    cluster.simulation.tick();
    expect((await watch.next())?.type).toBe('MODIFIED');
    watch.close();
    const after = await jobs();
    expect(after).toHaveLength(3);
    expect(after[0]?.metadata.name).not.toBe(before[0]?.metadata.name);
    const finished = cluster.simulation.truth.pods().filter((pod) => pod.namespace === 'batch');
    expect(finished).toHaveLength(3);
    await cluster.close();
  });

  it('can be listed and watched with the Kubernetes client library', async () => {
    const cluster = await SimulationFixture.start();
    const config = new KubeConfig();
    config.loadFromFile(cluster.simulation.kubeconfigPath);
    const core = config.makeApiClient(CoreV1Api);
    const nodes = await core.listNode();
    expect(nodes.items.map((node) => node.metadata?.name)).toEqual(['node-1', 'node-2']);
    const pods = await core.listPodForAllNamespaces({ limit: 5 });
    expect(pods.items).toHaveLength(5);
    expect(pods.items[0]?.metadata?.creationTimestamp).toBeInstanceOf(Date);
    const seen = await new Promise<string>((resolve, reject) => {
      const query = { resourceVersion: pods.metadata?.resourceVersion };
      const onEvent = (type: string, object: { metadata: { name: string } }) =>
        resolve(`${type} ${object.metadata.name}`);
      new Watch(config)
        .watch('/api/v1/pods', query, onEvent, (error) => reject(error as Error))
        .then((controller) => {
          cluster.simulation.changes.addPod({ namespace: 'default', name: 'watched', node: 'node-1' });
          return controller;
        })
        .catch(reject);
    });
    expect(seen).toBe('ADDED watched');
    await cluster.close();
  });
});
