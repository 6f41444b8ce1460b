import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { RunView } from '../../src/jobs/run.schema.js';
import type { ReleaseView } from '../../src/stacks/releases/release-view.schema.js';
import { eventually } from '../support/eventually.js';
import { ProbeImage } from '../support/probe-image.js';
import { Quartermaster } from '../support/program.js';
import { RealCluster } from '../support/real-cluster.js';
import type { Figure } from './figure.js';
import { median } from './median.js';

const DEPLOYMENTS = 10;
const LOOK_EVERY_MS = 10;

/** How long after the pods of `probe` are ready on a real cluster its release is `deployed`, and its run over. */
export async function benchReleases(): Promise<Figure[]> {
  await using open = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'bench-releases-'));
  open.defer(() => rmSync(folder, { recursive: true }));
  const cluster = RealCluster.open();
  const namespace = `bench-releases-${Date.now()}`;
  const image = open.use(new ProbeImage()).name;
  open.use(await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
  const kubeconfig = join(folder, 'kubeconfig');
  cluster.writeAdminKubeconfig(kubeconfig);
  const program = open.use(await Quartermaster.start({ KUBECONFIG: kubeconfig, DATA_DIR: join(folder, 'data') }));
  const readyAtMs = new Map<string, number>();
  const end = new AbortController();
  const looking = (async () => {
    for (; !end.signal.aborted; await delay(LOOK_EVERY_MS)) {
      const { items } = await cluster.core().listNamespacedPod({ namespace });
      for (const pod of items) note(pod, readyAtMs);
    }
  })();
  const deployedMs: number[] = [];
  const overMs: number[] = [];
  for (let index = 0; index < DEPLOYMENTS; index += 1) {
    const name = `try-${index}`;
    const body = { name, namespace, stack: 'probe', parameters: { image } };
    const run = await post(program, '/api/v1/releases', body);
    const deployedAtMs = await whenDeployed(program, name);
    const over = await eventually('the run to be over', async () => {
      const now = await program.get<RunView>(`/api/v1/runs/${run.id}`);
      return now.finishedAt !== undefined && now;
    });
    if (over.state !== 'succeeded') throw new Error(`${name}: ${over.error}`);
    const podsReadyMs = readyAtMs.get(name) ?? NaN;
    deployedMs.push(deployedAtMs - podsReadyMs);
    overMs.push(Date.parse(over.finishedAt ?? '') - podsReadyMs);
  }
  end.abort();
  await looking;
  return [
    { name: 'from ready pods to `deployed`, median', value: median(deployedMs), unit: 'ms' },
    { name: 'the longest', value: Math.max(...deployedMs), unit: 'ms', atMost: 2_000 },
    { name: 'from ready pods to the end of the run, median', value: median(overMs), unit: 'ms' },
    { name: 'the longest', value: Math.max(...overMs), unit: 'ms', atMost: 2_000 },
  ];
}

/** Notes when a release's pod is seen to be ready for the first time. */
function note({ metadata, status }: V1Pod, readyAtMs: Map<string, number>): void {
  const release = metadata?.labels?.['app.kubernetes.io/instance'] ?? '';
  const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  if (isReady && !readyAtMs.has(release)) readyAtMs.set(release, Date.now());
}

async function post(program: Quartermaster, path: string, body: object): Promise<RunView> {
  const headers = { 'content-type': 'application/json' };
  const answer = await program.call<RunView>(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function whenDeployed(program: Quartermaster, name: string): Promise<number> {
  for (;;) {
    const { revision } = await program.get<ReleaseView>(`/api/v1/releases/${name}`);
    if (revision !== undefined) return Date.now();
    await delay(LOOK_EVERY_MS);
  }
}
