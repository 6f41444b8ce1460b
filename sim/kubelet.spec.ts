import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { SimulationFixture } from './simulation.fixture.js';

interface Shown {
  node: { nodeName: string; startTime: string; cpu: { time: string; usageCoreNanoSeconds: number } };
  pods: { podRef: { name: string }; containers: { name: string; startTime: string }[] }[];
}

let cluster: SimulationFixture;
let nowMs = Date.now();
const NODE = 'node-1';

beforeAll(async () => {
  cluster = await SimulationFixture.start({ now: () => nowMs });
});
afterAll(async () => cluster.close());
afterEach(async () => cluster.simulation.faults.clear(NODE));

async function summary(node = NODE): Promise<Shown> {
  return cluster.askJson<Shown>(`${cluster.kubeletUrl(node)}/stats/summary`);
}

describe('a kubelet', () => {
  it('answers 401 without a token, 403 without rights, and the collector with its numbers', async () => {
    const url = `${cluster.kubeletUrl(NODE)}/stats/summary`;
    const { tokens } = cluster.simulation;
    expect((await cluster.ask(url, { token: '' })).status).toBe(401);
    expect((await cluster.ask(url, { token: 'unknown' })).status).toBe(401);
    expect((await cluster.ask(url, { token: tokens.nobody })).status).toBe(403);
    expect((await cluster.ask(url, { token: tokens.collector })).status).toBe(200);
    expect((await summary()).node.nodeName).toBe(NODE);
  });

  it('answers /healthz, /metrics/resource and /pods', async () => {
    const url = cluster.kubeletUrl(NODE);
    expect((await cluster.ask(`${url}/healthz`)).body).toBe('ok');
    const metrics = (await cluster.ask(`${url}/metrics/resource`)).body;
    expect(metrics).toMatch(/^node_cpu_usage_seconds_total \d+(\.\d+)? \d{13}$/m);
    expect(metrics).toMatch(
      /^container_memory_working_set_bytes\{container="\w.*",namespace=".*",pod=".*"\} \d+ \d+$/m,
    );
    const pods = await cluster.askJson<{ items: object[] }>(`${url}/pods`);
    expect(pods.items.length).toBeGreaterThanOrEqual(9);
  });

  it('tells its configuration, directly and through the node proxy, to those with the right to it', async () => {
    interface Configz {
      readonly kubeletconfig: { readonly imageGCHighThresholdPercent: number; readonly evictionHard: object };
    }
    const marks = async (url: string) => {
      const { kubeletconfig } = await cluster.askJson<Configz>(url);
      expect(kubeletconfig).toMatchObject({ imageMinimumGCAge: '2m0s', evictionHard: { 'imagefs.available': '15%' } });
      return kubeletconfig.imageGCHighThresholdPercent;
    };
    expect(await marks(`${cluster.kubeletUrl('node-1')}/configz`)).toBe(70); // of the control plane
    expect(await marks('/api/v1/nodes/node-2/proxy/configz')).toBe(85);
    const { tokens } = cluster.simulation;
    const url = `${cluster.kubeletUrl(NODE)}/configz`;
    expect((await cluster.ask(url, { token: tokens.collector })).status).toBe(200);
    expect((await cluster.ask(url, { token: tokens.nobody })).status).toBe(403);
  });

  it('resumes TLS sessions and keeps connections', async () => {
    const { ca, tokens } = cluster.simulation;
    const agent = new Agent({ ca, keepAlive: false, maxCachedSessions: 10 });
    const visit = async (with_: Agent) =>
      new Promise<{ isReused: boolean; port: number | undefined }>((resolve, reject) => {
        const headers = { authorization: `Bearer ${tokens.admin}` };
        const sent = request(`${cluster.kubeletUrl(NODE)}/healthz`, { agent: with_, headers }, (response) => {
          const socket = response.socket as TLSSocket;
          const result = { isReused: socket.isSessionReused(), port: socket.localPort };
          response.resume().on('end', () => resolve(result));
        });
        sent.on('error', reject).end();
      });
    expect((await visit(agent)).isReused).toBe(false);
    expect((await visit(agent)).isReused).toBe(true);
    const kept = new Agent({ ca, keepAlive: true });
    const [first, second] = [await visit(kept), await visit(kept)];
    expect(second.port).toBe(first.port);
    kept.destroy();
  });
});

describe('a broken node', () => {
  const url = () => `${cluster.kubeletUrl(NODE)}/stats/summary`;

  it('refuses connections while it is down, and comes back on its port', async () => {
    await summary();
    await cluster.simulation.faults.set(NODE, 'down');
    await expect(cluster.ask(url())).rejects.toThrow(/ECONNREFUSED|ECONNRESET|socket hang up/);
    await expect(cluster.ask(url())).rejects.toThrow(/ECONNREFUSED/);
    expect((await cluster.ask(`/api/v1/nodes/${NODE}/proxy/stats/summary`)).status).toBe(503);
    expect((await summary('node-2')).node.nodeName).toBe('node-2');
    await cluster.simulation.faults.clear(NODE);
    expect((await summary()).node.nodeName).toBe(NODE);
  });

  it.each(['hang', 'drip'] as const)('does not come to an end with %s', async (fault) => {
    await cluster.simulation.faults.set(NODE, fault);
    await expect(cluster.ask(url(), { signal: AbortSignal.timeout(300) })).rejects.toThrow(/abort/i);
  });

  it('sends what is no JSON with garbage', async () => {
    await cluster.simulation.faults.set(NODE, 'garbage');
    const answer = await cluster.ask(url());
    expect(answer.status).toBe(200);
    expect(() => JSON.parse(answer.body) as unknown).toThrow(SyntaxError);
  });

  it('cuts the body off with truncated', async () => {
    await cluster.simulation.faults.set(NODE, 'truncated');
    await expect(cluster.ask(url())).rejects.toThrow(/aborted|ECONNRESET|socket hang up/);
  });

  it('sends more than 32 MiB with huge', async () => {
    await cluster.simulation.faults.set(NODE, 'huge');
    const answer = await cluster.ask(url());
    expect(answer.body.length).toBeGreaterThan(32 * 1024 * 1024);
    expect(answer.headers['content-length']).toBeUndefined();
  });

  it('shows a certificate of another authority with wrong-certificate, even to those who were there before', async () => {
    await summary();
    await cluster.simulation.faults.set(NODE, 'wrong-certificate');
    const refused = /self-signed|unable to verify|unable to get|signature|certificate|ECONNRESET|socket hang up/;
    await expect(cluster.ask(url())).rejects.toThrow(refused);
    await expect(cluster.ask(url())).rejects.toThrow(/certificate|signature/);
    await cluster.simulation.faults.clear(NODE);
    expect((await summary()).node.nodeName).toBe(NODE);
  });

  it.each([
    ['clock-skew', 600],
    ['clock-behind', -600],
  ] as const)('has stamps ten minutes off with %s', async (fault, seconds) => {
    const before = Date.parse((await summary()).node.cpu.time);
    await cluster.simulation.faults.set(NODE, fault);
    expect(Date.parse((await summary()).node.cpu.time) - before).toBe(seconds * 1000);
  });

  it('answers 500 and 401 with http-500 and unauthorized', async () => {
    await cluster.simulation.faults.set(NODE, 'http-500');
    expect((await cluster.ask(url())).status).toBe(500);
    await cluster.simulation.faults.set(NODE, 'unauthorized');
    expect((await cluster.ask(url())).status).toBe(401);
  });

  it('shows the same stamps with stale, and newer ones afterwards', async () => {
    await cluster.simulation.faults.set(NODE, 'stale');
    const before = await summary();
    nowMs += 60_000;
    expect(await summary()).toEqual(before);
    await cluster.simulation.faults.clear(NODE);
    expect(Date.parse((await summary()).node.cpu.time)).toBeGreaterThan(Date.parse(before.node.cpu.time));
  });

  it('begins all counters again with counter-reset, and says so in its pods', async () => {
    type Pods = { items: { metadata: { name: string }; status: { containerStatuses: { restartCount: number }[] } }[] };
    const path = `/api/v1/pods?fieldSelector=spec.nodeName%3D${NODE}`;
    const restarts = async () =>
      Object.fromEntries(
        (await cluster.askJson<Pods>(path)).items
          .filter((pod) => !pod.metadata.name.startsWith('nightly'))
          .map((pod) => [pod.metadata.name, pod.status.containerStatuses[0]?.restartCount ?? -1]),
      );
    const before = await summary();
    const counts = await restarts();
    await cluster.simulation.faults.set(NODE, 'counter-reset');
    nowMs += 30_000;
    const after = await summary();
    expect(after.node.cpu.usageCoreNanoSeconds).toBeLessThan(before.node.cpu.usageCoreNanoSeconds / 1000);
    expect(Date.parse(after.node.startTime)).toBeGreaterThan(Date.parse(before.node.startTime));
    for (const [name, count] of Object.entries(await restarts())) expect(count).toBe((counts[name] ?? 0) + 1);
    expect((await summary('node-2')).node.cpu.usageCoreNanoSeconds).toBeGreaterThan(1e12);
  });

  it('is broken and healed over HTTP by an admin only', async () => {
    const body = { node: NODE, fault: 'http-500' };
    const { tokens } = cluster.simulation;
    expect((await cluster.ask('/sim/faults', { method: 'POST', body, token: tokens.collector })).status).toBe(403);
    expect((await cluster.ask('/sim/faults', { method: 'POST', body: { node: NODE, fault: 'rust' } })).status).toBe(
      400,
    );
    const unknown = { node: 'node-9', fault: 'down' };
    expect((await cluster.ask('/sim/faults', { method: 'POST', body: unknown })).status).toBe(404);
    expect(await cluster.askJson('/sim/faults', { method: 'POST', body })).toEqual({ faults: { [NODE]: 'http-500' } });
    expect((await cluster.ask(url())).status).toBe(500);
    expect(await cluster.askJson(`/sim/faults/${NODE}`, { method: 'DELETE' })).toEqual({ faults: {} });
    expect((await cluster.ask(url())).status).toBe(200);
  });
});
