import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Quartermaster, startSimulator, until } from '../support/program.js';
import type { Figure } from './figure.js';
import { percentile } from './median.js';
import { seedDay } from './seed-day.js';

const ROUNDS = 200;
const DAY_MS = 86_400_000;

interface Pod {
  readonly namespace: string;
  readonly name: string;
}

interface Answer {
  readonly results?: readonly { readonly series: readonly { readonly points: readonly unknown[] }[] }[];
  readonly items?: readonly unknown[];
}

/** `npm run bench -- query [--nodes 100] [--pods 30]`: questions about a day of samples, while collection runs. */
export async function benchQuery(nodes: number, pods: number): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-query-'));
  const dataDir = join(dir, 'data');
  console.log(`Starting a simulated cluster of ${nodes} nodes with ${pods} pods each ...`);
  const simulator = await startSimulator(join(dir, 'cluster'), ['--nodes', String(nodes), '--pods', String(pods)]);
  try {
    console.log('Filling the store with a day of it, a cycle a minute ...');
    const { samples } = await seedDay(dataDir, simulator.kubeconfig, Math.floor(Date.now() / 60_000) * 60_000);
    const env = { KUBECONFIG: simulator.kubeconfig, DATA_DIR: dataDir, METRIC_RESOLUTION: '5s', LOG_LEVEL: 'info' };
    const quartermaster = await Quartermaster.start(env);
    try {
      const figures = await measure(quartermaster);
      return [{ name: 'samples in the store', value: samples, unit: '' }, ...figures];
    } finally {
      await quartermaster.program.end();
    }
  } finally {
    await simulator.program.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(quartermaster: Quartermaster): Promise<Figure[]> {
  const cycles = async (): Promise<number> =>
    (await quartermaster.get<{ items: { closedAt?: string }[] }>('/api/v1/metrics/cycles?limit=1000')).items.filter(
      ({ closedAt }) => closedAt,
    ).length;
  await until('two cycles', 120_000, async () => (await cycles()) >= 2);
  const { items } = await quartermaster.get<{ items: Pod[] }>('/api/v1/pods?limit=1000');
  const before = await cycles();
  console.log(`Asking, ${ROUNDS} times each, while a cycle runs every 5 s ...`);
  const from = new Date(Date.now() - DAY_MS).toISOString();
  const day = await ask(quartermaster, ROUNDS, (round) => {
    const { namespace, name } = items[(round * 37) % items.length] as Pod;
    return `/api/v1/metrics/query?object=pod&namespace=${namespace}&pod=${name}&metric=cpu/usage_rate&from=${from}&step=1m`;
  });
  const top = await ask(quartermaster, ROUNDS, () => '/api/v1/metrics/top?object=pod&metric=cpu/usage_rate&limit=10');
  const during = (await cycles()) - before;
  console.log(`  ${during} cycles ran meanwhile; a pod's day had ${day.size} points, the top list ${top.size} pods`);
  return [
    { name: "a pod's day, 95th percentile", value: percentile(day.tookMs, 0.95), unit: 'ms', atMost: 50 },
    { name: "a pod's day, median", value: percentile(day.tookMs, 0.5), unit: 'ms' },
    { name: "points of a pod's day", value: day.size, unit: '', atLeast: 1430 },
    { name: 'top 10 of all pods, 95th percentile', value: percentile(top.tookMs, 0.95), unit: 'ms', atMost: 50 },
    { name: 'top 10 of all pods, median', value: percentile(top.tookMs, 0.5), unit: 'ms' },
    { name: 'cycles meanwhile', value: during, unit: '', atLeast: 1 },
  ];
}

/** Asks one question after another, and how large the largest answer was. */
async function ask(
  quartermaster: Quartermaster,
  rounds: number,
  path: (round: number) => string,
): Promise<{ readonly tookMs: number[]; readonly size: number }> {
  const tookMs: number[] = [];
  let size = 0;
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    const { results, items } = await quartermaster.get<Answer>(path(round));
    tookMs.push(performance.now() - started);
    size = Math.max(size, results?.[0]?.series[0]?.points.length ?? items?.length ?? 0);
  }
  return { tookMs, size };
}
