import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import type { PlanOptions } from '../../sim/plan-cluster.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster, startSimulator } from '../support/program.js';
import { askAtOnce, askInTurn, type Times } from './ask-in-turn.js';
import type { Figure } from './figure.js';
import { historyObjects } from './history-objects.js';
import { InfluxdbPeer } from './influxdb-peer.js';
import { type Cycle, duringCycles, figuresOf } from './query-figures.js';
import { AT_ONCE, CLIENTS, measurePeer } from './query-peer.js';
import { type Question, questions } from './questions.js';
import { seedTiers } from './seed-tiers.js';
import { timed } from './timed.js';

/** Rounds after which it is looked how many cycles have run. */
const ROUNDS = 200;
/** So many run among the questions, at the default resolution. */
const CYCLES = 4;
const HEAVY_ROUNDS = 60;
const BURSTS = 10;
const WARM_UP = 5;
const DAYS = 30;
/** Replicas of an application: so many that a namespace has 199 pods. */
const REPLICA_SCALE = 22;
/** The kinds that the questions are about; each stands in tables and files of its own. */
const KINDS = ['cluster', 'ns', 'node', 'pod'];

type Cluster = Omit<PlanOptions, 'seed'>;
type Pods = readonly { readonly namespace: string; readonly name: string }[];

/** `npm run bench -- query [--nodes 100] [--pods 30]`: questions about 30 days of history while collection runs, beside an InfluxDB that is asked the same. */
export async function benchQuery(nodes: number, pods: number): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-query-'));
  const cluster = { nodes, podsPerNode: pods, replicaScale: REPLICA_SCALE };
  console.log(`Starting a simulated cluster of ${nodes} nodes with ${pods} pods each ...`);
  const args = ['--nodes', nodes, '--pods', pods, '--scale', REPLICA_SCALE].map(String);
  const simulator = await startSimulator(join(dir, 'cluster'), args);
  const peer = await InfluxdbPeer.start();
  try {
    const nowMs = Math.floor(Date.now() / 60_000) * 60_000;
    const folder = join(dir, 'data', 'metrics');
    console.log(`Making ${DAYS} days of history: samples of ${KINDS.join(', ')}; the raw tier from yesterday on ...`);
    const samples = await seedTiers({ folder, kinds: KINDS, days: DAYS, nowMs, ...cluster });
    if (peer) await fill(peer, folder, nowMs);
    const env = {
      KUBECONFIG: simulator.kubeconfig,
      DATA_DIR: join(dir, 'data'),
      LOGS_COLLECT: 'none',
    };
    const quartermaster = await Quartermaster.start(env);
    try {
      const figures = await measure(quartermaster, peer, podsOf(cluster, nowMs), nowMs);
      return [{ name: 'raw samples in the store', value: samples, unit: '' }, ...figures];
    } finally {
      await quartermaster.program.end();
    }
  } finally {
    await simulator.program.end();
    await peer?.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function fill(peer: InfluxdbPeer, folder: string, nowMs: number): Promise<void> {
  console.log('Filling InfluxDB with what the questions are about, from the store: one metric, no other ...');
  const store = await DuckdbMetricStore.open({ folder });
  const points = await timed('  filled', () => peer.fill(store.reader, nowMs));
  await store.close();
  console.log(`  ${points} points`);
  await timed('  at rest', () => peer.settled());
}

async function measure(
  quartermaster: Quartermaster,
  peer: InfluxdbPeer | undefined,
  pods: Pods,
  nowMs: number,
): Promise<Figure[]> {
  await eventually('two cycles', async () => (await cyclesOf(quartermaster)).length >= 2);
  const namespaces = [...Map.groupBy(pods, ({ namespace }) => namespace)];
  const [namespace, { length: size }] = namespaces.reduce((left, right) =>
    right[1].length > left[1].length ? right : left,
  );
  const { usual: asked, heavy } = questions({ pods, namespace, nowMs });
  for (const question of [...asked, ...heavy]) await expectWhole(quartermaster, question);
  const rollUps = await quartermaster.attempts('metrics.roll-up');
  console.log(`Asking in turn, until ${CYCLES} cycles have run meanwhile; namespace ${namespace} has ${size} pods ...`);
  const { times, cycles } = await askOverCycles(quartermaster, asked);
  console.log(`Asking from ${CLIENTS} clients at once, ${BURSTS} times ...`);
  const mix = asked.filter(({ isMixed }) => isMixed);
  const ofMix = (client: number): Question => mix[client % mix.length] as Question;
  const atOnce = await askAtOnce((client) => answerOf(quartermaster, ofMix(client).path(client)), CLIENTS, BURSTS);
  console.log(`Asking the heaviest question and ${heavy[1].name}, ${HEAVY_ROUNDS} times each in turn ...`);
  const heavyTimes = await askInTurn(asksOf(quartermaster, heavy), HEAVY_ROUNDS, WARM_UP);
  if ((await quartermaster.attempts('metrics.roll-up')) > rollUps) console.log('  The hourly roll-up ran meanwhile.');
  return [
    ...figuresOf(asked, times),
    ...duringCycles(asked, times, cycles),
    { name: 'pods of the namespace', value: size, unit: '' },
    ...figuresOf([{ name: AT_ONCE, atMostMs: 1000 }], [atOnce]),
    ...figuresOf(heavy, heavyTimes),
    ...(peer ? await measurePeer(peer, asked, { inTurn: times, atOnce }) : []),
  ];
}

/** Asks round after round, until so many cycles have been closed that all that runs now and then has run among the questions. */
async function askOverCycles(
  quartermaster: Quartermaster,
  asked: readonly Question[],
): Promise<{ readonly times: Times; readonly cycles: readonly Cycle[] }> {
  const before = await cyclesOf(quartermaster);
  const asks = asksOf(quartermaster, asked);
  const batches: Times[] = [];
  let cycles: Cycle[];
  do {
    const done = batches.length * ROUNDS;
    const batch = asks.map((ask) => (round: number) => ask(done + round));
    batches.push(await askInTurn(batch, ROUNDS, done === 0 ? WARM_UP : 0));
    cycles = (await cyclesOf(quartermaster)).slice(0, -before.length);
  } while (cycles.length < CYCLES);
  return { times: asked.map((_, index) => batches.flatMap((times) => times[index] ?? [])), cycles };
}

function asksOf(quartermaster: Quartermaster, asked: readonly Question[]) {
  return asked.map(
    ({ path }) =>
      (round: number) =>
        answerOf(quartermaster, path(round)),
  );
}

/** Those that are closed, newest first. */
async function cyclesOf(quartermaster: Quartermaster): Promise<Cycle[]> {
  const { items } = await quartermaster.get<{ items: Cycle[] }>('/api/v1/metrics/cycles?limit=1000');
  return items.filter(({ closedAt }) => closedAt);
}

/** The pods of which there is a history; a CronJob's come and go. */
function podsOf(cluster: Cluster, nowMs: number): Pods {
  return historyObjects(cluster, nowMs).flatMap(({ object: { type, namespace = '', pod = '', resource } }) =>
    type === 'pod' && resource === undefined ? [{ namespace, name: pod }] : [],
  );
}

/** The answer as text: reading it as JSON is the client's own affair. @throws unless the status is 200 */
async function answerOf({ url, token }: Quartermaster, path: string): Promise<string> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`GET ${path}: ${response.status} ${text}`);
  return text;
}

async function expectWhole(quartermaster: Quartermaster, { name, path, leastPoints }: Question): Promise<void> {
  type Answer = { results?: { resolution: string; series: { points: unknown[] }[] }[]; items?: unknown[] };
  const { results, items } = await quartermaster.get<Answer>(path(0));
  const [result] = results ?? [];
  const series = result?.series ?? [];
  const points = items?.length ?? series.reduce((sum, one) => sum + one.points.length, 0);
  console.log(`  ${name}: ${result ? `${series.length} series of tier ${result.resolution}, ` : ''}${points} points`);
  if (points < leastPoints) throw new Error(`${name} has only ${points} points`);
}
