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
import { percentile } from './median.js';
import { type Question, questions } from './questions.js';
import { seedTiers } from './seed-tiers.js';
import { timed } from './timed.js';

const ROUNDS = 200;
const HEAVY_ROUNDS = 60;
const PEER_ROUNDS = 40;
const CLIENTS = 50;
const BURSTS = 10;
const PEER_BURSTS = 2;
const WARM_UP = 5;
const DAYS = 30;
const RESOLUTION = '10s';
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
      METRIC_RESOLUTION: RESOLUTION,
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
  const cycles = async (): Promise<number> =>
    (await quartermaster.get<{ items: { closedAt?: string }[] }>('/api/v1/metrics/cycles?limit=1000')).items.filter(
      ({ closedAt }) => closedAt,
    ).length;
  await eventually('two cycles', async () => (await cycles()) >= 2);
  const namespaces = [...Map.groupBy(pods, ({ namespace }) => namespace)];
  const [namespace, { length: size }] = namespaces.reduce((left, right) =>
    right[1].length > left[1].length ? right : left,
  );
  const { usual: asked, heavy } = questions({ pods, namespace, nowMs });
  for (const question of [...asked, ...heavy]) await expectWhole(quartermaster, question);
  console.log(
    `Asking, ${ROUNDS} times each in turn, while a cycle runs every ${RESOLUTION}; namespace ${namespace} has ${size} pods ...`,
  );
  const before = await cycles();
  const rollUps = await quartermaster.attempts('metrics.roll-up');
  const inTurn = (mine: readonly Question[], rounds: number): Promise<Times> =>
    askInTurn(
      mine.map(
        ({ path }) =>
          (round: number) =>
            answerOf(quartermaster, path(round)),
      ),
      rounds,
      WARM_UP,
    );
  const times = await inTurn(asked, ROUNDS);
  console.log(`Asking from ${CLIENTS} clients at once, ${BURSTS} times ...`);
  const mix = asked.filter(({ isMixed }) => isMixed);
  const ofMix = (client: number): Question => mix[client % mix.length] as Question;
  const atOnce = await askAtOnce((client) => answerOf(quartermaster, ofMix(client).path(client)), CLIENTS, BURSTS);
  console.log(`Asking the heaviest question and ${heavy[1].name}, ${HEAVY_ROUNDS} times each in turn ...`);
  const heavyTimes = await inTurn(heavy, HEAVY_ROUNDS);
  const during = (await cycles()) - before;
  if ((await quartermaster.attempts('metrics.roll-up')) > rollUps) console.log('  The hourly roll-up ran meanwhile.');
  return [
    ...ofQuestions(asked, times),
    { name: 'pods of the namespace', value: size, unit: '' },
    { name: `${CLIENTS} clients at once, 95th percentile`, value: percentile(atOnce, 0.95), unit: 'ms', atMost: 1000 },
    { name: `${CLIENTS} clients at once, longest`, value: Math.max(...atOnce), unit: 'ms' },
    ...ofQuestions(heavy, heavyTimes),
    { name: 'cycles meanwhile', value: during, unit: '', atLeast: 1 },
    ...(peer ? await measurePeer(peer, asked, times, atOnce) : []),
  ];
}

function ofQuestions(asked: readonly Question[], times: Times): Figure[] {
  return asked.flatMap(({ name, atMostMs }, index) => [
    {
      name: `${name}, 95th percentile`,
      value: percentile(times[index] ?? [], 0.95),
      unit: 'ms',
      ...(atMostMs === undefined ? {} : { atMost: atMostMs }),
    },
    { name: `${name}, median`, value: percentile(times[index] ?? [], 0.5), unit: 'ms' },
  ]);
}

/** The same of InfluxDB, while the same collection goes on. */
async function measurePeer(
  peer: InfluxdbPeer,
  asked: readonly Question[],
  ours: Times,
  oursAtOnce: readonly number[],
): Promise<Figure[]> {
  console.log(
    `Asking InfluxDB the same, ${PEER_ROUNDS} times each in turn, then from ${CLIENTS} clients, ${PEER_BURSTS} times ...`,
  );
  const flux = asked.flatMap(({ name, isMixed, flux, leastPoints }, index) =>
    flux ? [{ name, isMixed, flux, leastPoints, ours: percentile(ours[index] ?? [], 0.95) }] : [],
  );
  for (const { name, flux: of, leastPoints } of flux) {
    const rows = (await peer.ask(of(0))).split('\n').filter((line) => line.startsWith(',_result')).length;
    if (rows < leastPoints) throw new Error(`InfluxDB: ${name} has ${rows} points`);
  }
  const times = await askInTurn(
    flux.map(
      ({ flux: of }) =>
        (round: number) =>
          peer.ask(of(round)),
    ),
    PEER_ROUNDS,
    1,
  );

  const mix = flux.filter(({ isMixed }) => isMixed);
  const ofMix = (client: number): string => mix[client % mix.length]?.flux(client) ?? '';
  const atOnce = await askAtOnce((client) => peer.ask(ofMix(client)), CLIENTS, PEER_BURSTS);
  const together = {
    name: `${CLIENTS} clients at once`,
    ours: percentile(oursAtOnce, 0.95),
    theirs: percentile(atOnce, 0.95),
  };
  const each = flux.map(({ name, ours: mine }, index) => ({
    name,
    ours: mine,
    theirs: percentile(times[index] ?? [], 0.95),
  }));
  return [...each, together].flatMap(({ name, ours: mine, theirs }) => [
    { name: `InfluxDB: ${name}, 95th percentile`, value: theirs, unit: 'ms' },
    { name: `InfluxDB: ${name}, times as long`, value: theirs / mine, unit: 'x' },
  ]);
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
