import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { GcPlanView } from '../../src/gc/plans/gc-plan.schema.js';
import type { GcRunView } from '../../src/gc/runs/gc-run.schema.js';
import { freePort } from '../support/free-port.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster, startSimulator } from '../support/program.js';
import type { Figure } from './figure.js';
import { percentile } from './median.js';

const NODES = 500;
const PODS = 10;
const NODES_AT_ONCE = 20;
const PAUSE_MS = 50;
/** What clients ask while the run goes on. */
const QUESTIONS = [
  '/api/v1/nodes?limit=100',
  '/api/v1/pods?limit=100',
  '/api/v1/gc/runs?limit=10',
  '/api/v1/gc/removals?limit=100',
  '/api/v1/agents?limit=100',
  '/api/v1/gc/policies',
];
const POLICY = {
  name: 'bench',
  images: { minAge: '0s', rules: [{ action: 'remove', name: 'old', match: { tag: { glob: '*-r?' } } }] },
  caps: { images: 3 },
  dryRun: false,
  nodesAtOnce: NODES_AT_ONCE,
  imagesPerMinute: 1_000,
};

/** A run over many nodes with an agent each, while other clients ask: embedded engines, collection going on. */
export async function benchRun(): Promise<Figure[]> {
  console.log(`A run over ${NODES} simulated nodes, ${NODES_AT_ONCE} at a time, while others ask ...`);
  const dir = mkdtempSync(join(tmpdir(), 'bench-gc-run-'));
  const port = String(await freePort());
  const args = ['--nodes', String(NODES), '--pods', String(PODS), '--agents-of', `http://127.0.0.1:${port}`];
  const simulator = await startSimulator(join(dir, 'cluster'), args);
  try {
    const env = {
      KUBECONFIG: simulator.kubeconfig,
      DATA_DIR: join(dir, 'data'),
      PORT: port,
      LOGS_COLLECT: 'none',
    };
    await using program = await Quartermaster.start(env);
    await eventually('all agents', async () => {
      const text = await program.get<string>('/metrics');
      return Number(/^quartermaster_agents\{state="connected"\} (\d+)$/m.exec(text)?.[1]) === NODES;
    });
    await post(program, '/policies', POLICY);
    await post<GcPlanView>(program, '/plans', { policy: POLICY.name }); // warms up, and all inventories are there
    const quietMs = await askFor(program, 5_000);
    const startedMs = performance.now();
    const { id } = await post<GcRunView>(program, '/runs', { policy: POLICY.name });
    const tookMs: number[] = [];
    let run: GcRunView;
    do {
      tookMs.push(...(await askAll(program)));
      run = await program.get<GcRunView>(`/api/v1/gc/runs/${id}`);
    } while (run.finishedAt === undefined);
    const seconds = (performance.now() - startedMs) / 1000;
    if (run.state !== 'succeeded') throw new Error(`The run ended ${run.state}: ${run.error}`);
    return [
      { name: `a run over ${NODES} nodes`, value: seconds, unit: 's' },
      { name: 'removed', value: run.result?.removed ?? 0, unit: '', atLeast: NODES },
      { name: 'calls meanwhile', value: tookMs.length, unit: '', atLeast: 50 },
      { name: 'of the API meanwhile, 95th percentile', value: percentile(tookMs, 0.95), unit: 'ms', atMost: 100 },
      { name: 'before, 95th percentile', value: percentile(quietMs, 0.95), unit: 'ms' },
    ];
  } finally {
    await simulator.program.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function askFor(program: Quartermaster, ms: number): Promise<number[]> {
  const took: number[] = [];
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;) took.push(...(await askAll(program)));
  return took;
}

/** All questions, one after another. @returns ms that each took */
async function askAll(program: Quartermaster): Promise<number[]> {
  const took: number[] = [];
  for (const question of QUESTIONS) {
    const startedMs = performance.now();
    await program.get(question);
    took.push(performance.now() - startedMs);
    await pause(PAUSE_MS);
  }
  return took;
}

async function post<Body>(program: Quartermaster, path: string, body: object): Promise<Body> {
  const headers = { 'content-type': 'application/json' };
  const answer = await program.call<Body>(`/api/v1/gc${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
