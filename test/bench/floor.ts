import { setTimeout as pause } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, request } from 'undici';

// The floor: only GETs every kubelet's summary over keep-alive TLS and parses it. Prints one JSON line a round.
// Arguments: KUBECONFIG ROUNDS PAUSE_MS

interface NodeList {
  items: {
    metadata: { name: string };
    status: { addresses: { type: string; address: string }[]; daemonEndpoints: { kubeletEndpoint: { Port: number } } };
  }[];
}

const [kubeconfig = '', rounds = '3', pauseMs = '11000'] = process.argv.slice(2);
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const cluster = config.getCurrentCluster();
const user = config.getCurrentUser();
if (!cluster || !user) throw new Error('The kubeconfig names no cluster or no user');
const ca = cluster.caData ? Buffer.from(cluster.caData, 'base64').toString() : undefined;
const agent = new Agent({
  connect: ca ? { ca } : {},
  keepAliveTimeout: 120_000,
  keepAliveMaxTimeout: 120_000,
  pipelining: 1,
});
const headers = { authorization: `Bearer ${user.token}` };

async function get(url: string): Promise<{ bytes: number; value: unknown }> {
  const { body, statusCode } = await request(url, { dispatcher: agent, headers });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${url}: ${statusCode}`);
  return { bytes: text.length, value: JSON.parse(text) };
}

const { value } = await get(`${cluster.server}/api/v1/nodes`);
const targets = (value as NodeList).items.map(({ status }) => {
  const address = status.addresses.find(({ type }) => type === 'InternalIP')?.address;
  return `https://${address}:${status.daemonEndpoints.kubeletEndpoint.Port}/stats/summary`;
});

for (let round = 0; round < Number(rounds); round += 1) {
  const before = process.cpuUsage();
  const started = performance.now();
  const queue = [...targets];
  let bytes = 0;
  const worker = async (): Promise<void> => {
    for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
      const answer = await get(url);
      bytes += answer.bytes; // not `bytes += (await …)`: that would add to what it was before
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const { user: userUs, system } = process.cpuUsage(before);
  console.log(
    JSON.stringify({
      round,
      nodes: targets.length,
      bytes,
      cpuSeconds: (userUs + system) / 1e6,
      wallSeconds: (performance.now() - started) / 1000,
    }),
  );
  if (round + 1 < Number(rounds)) await pause(Number(pauseMs));
}
await agent.close();
