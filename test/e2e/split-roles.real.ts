import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cycle } from '../../src/metrics/metric-cycles.schema.js';
import type { MetricSinkList } from '../../src/metrics/sinks/metric-sinks.schema.js';
import { startSimulation, type Simulation } from '../../sim/simulation.js';
import { closedCycles, cyclesSince, instant, range } from '../support/metric-answers.js';
import { eventually } from '../support/eventually.js';
import type { InfluxdbServer } from '../support/influxdb-server.js';
import { pointsAt } from '../support/points-at.js';
import { Program, Quartermaster } from '../support/program.js';
import { startServerEngines } from '../support/server-engines.js';

const NODES = 20;
/** What the further sink wants. */
const SENT = 'memory/working_set';
const RESOLUTION_MS = 10_000;
/** A kubelet looks at its pods every 10 to 15 seconds; the same look twice makes no rate. */
const LONGEST_LOOK_MS = 15_000;
/** A cycle whose shards do not report is closed with what is there after a minute, at the start of the next one; here with room for a busy machine. */
const DEADLINE_MS = 60_000 + 6 * RESOLUTION_MS;

const folder = mkdtempSync(join(tmpdir(), 'quartermaster-split-'));
const open = new AsyncDisposableStack();
let cluster: Simulation;
let env: Record<string, string>;
let api: Quartermaster;
let workers: Quartermaster[];
let sink: { readonly server: InfluxdbServer; readonly bucket: string };

const started = async (role: string, name: string): Promise<Quartermaster> =>
  open.use(await Quartermaster.start({ ...env, ROLE: role, DATA_DIR: join(folder, name) }));

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const { influxdb, environment } = await startServerEngines(open);
  sink = { server: influxdb, bucket: influxdb.newBucket() };
  cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: NODES, podsPerNode: 5 });
  open.defer(() => cluster.close());
  env = {
    KUBECONFIG: cluster.kubeconfigPath,
    ...environment,
    ADMIN_TOKEN: 'the-admin-token-of-this-test',
    METRIC_RESOLUTION: `${RESOLUTION_MS / 1000}s`,
    METRIC_SHARD_NODES: '2',
    METRIC_SINKS: `archive=influxdb:${influxdb.url}/?org=${influxdb.org}&bucket=${sink.bucket}&metrics=${SENT}`,
    METRIC_SINK_ARCHIVE_TOKEN: influxdb.token,
  };
  const all = await Promise.all([started('api', 'api'), started('worker', 'one'), started('worker', 'two')]);
  [api, ...workers] = all;
});

afterAll(() => open.disposeAsync());

const isWhole = ({ state, nodesPresent }: Cycle): boolean => state === 'complete' && nodesPresent === NODES;

describe('one api and two workers on servers', () => {
  it('complete cycles, and share the shards', async () => {
    const cycles = await cyclesSince(api, 0, 3);
    expect(cycles.filter(isWhole).length).toBeGreaterThanOrEqual(2);
    const shards = await Promise.all(workers.map((worker) => worker.attempts('metrics.collect-shard')));
    expect(shards.every((count) => count > 0)).toBe(true);
    expect(await api.attempts('metrics.collect-shard')).toBe(0);
  });

  it('have rates of every node although its shards wander between workers', async () => {
    const { items, coverage } = await eventually('rates of all nodes', async () => {
      const answer = await instant(api, 'object=node&metric=cpu/usage_rate');
      return answer.items.length === NODES && answer.coverage.nodesPresent === NODES && answer;
    });
    expect(items.every(({ value }) => value > 0)).toBe(true);
    expect(coverage.nodesExpected).toBe(NODES);
    const [first, due] = await eventually('a whole cycle after every kubelet has looked again', async () => {
      const [one, ...later] = (await closedCycles(api)).filter(isWhole);
      const lookedAtMs = Date.parse(one?.closedAt ?? '') + LONGEST_LOOK_MS;
      const other = later.find(({ startedAt }) => Date.parse(startedAt) >= lookedAtMs);
      return one && other && ([one, other] as const);
    });
    const about = `object=node&metric=cpu/usage_rate&step=10s&from=${encodeURIComponent(first.cycleAt)}`;
    const { series } = await range(api, about);
    const isInTime = (time = ''): boolean => Date.parse(time) <= Date.parse(due.cycleAt);
    expect(series.map(({ points }) => isInTime(points[0]?.time))).toEqual(Array(NODES).fill(true));
  });

  it('sum up namespaces and the cluster the same as their pods', async () => {
    const [cycle] = (await closedCycles(api)).filter(isWhole).toReversed();
    const at = `at=${encodeURIComponent(cycle?.cycleAt ?? '')}&lookback=1s`;
    const [pods, whole] = await Promise.all([
      instant(api, `object=pod&metric=memory/usage&${at}`),
      instant(api, `object=cluster&metric=memory/usage&${at}`),
    ]);
    expect(pods.items.length).toBeGreaterThanOrEqual(NODES * 5);
    expect(whole.items[0]?.value).toBe(pods.items.reduce((sum, { value }) => sum + value, 0));
  });

  it('go on when a worker is killed in the middle of a cycle: each cycle closes in time and is there once', async () => {
    const [killed] = workers;
    const nodes = (await api.get<{ items: { name: string }[] }>('/api/v1/nodes?limit=1000')).items;
    for (const { name } of nodes) await cluster.faults.set(name, 'hang');
    const cut = await eventually('a cycle that runs', async () => {
      const { items } = await api.get<{ items: Cycle[] }>('/api/v1/metrics/cycles?limit=1');
      return items[0]?.state === 'running' && items[0];
    });
    await killed?.program.end('SIGKILL');
    for (const { name } of nodes) await cluster.faults.clear(name);
    const killedAtMs = Date.now();
    const after = await eventually('three whole cycles', async () => {
      const whole = (await closedCycles(api)).filter(
        (cycle) => Date.parse(cycle.startedAt) > killedAtMs && isWhole(cycle),
      );
      return whole.length >= 3 && whole;
    });
    expect(Date.parse(after[0]?.startedAt ?? '') - killedAtMs).toBeLessThan(DEADLINE_MS);
    const closed = await eventually('the cycle that was cut to be closed', async () => {
      const found = await closedCycles(api);
      return found.some(({ cycleAt }) => cycleAt === cut.cycleAt) && found;
    });
    expect(closed.every(({ durationMs = Infinity }) => durationMs < DEADLINE_MS)).toBe(true);
    expect(new Set(closed.map(({ cycleAt }) => cycleAt)).size).toBe(closed.length);
    const about = `object=node&metric=memory/working_set&step=10s&from=${encodeURIComponent(closed[0]?.cycleAt ?? '')}`;
    const { series } = await range(api, `${about}&aggregation=count`);
    const counts = series.flatMap(({ points }) => points.map(({ value }) => value));
    expect(new Set(counts)).toEqual(new Set([1])); // one sample a node and cycle
  });

  it('have copied every whole cycle to a further sink, also those of the killed worker, each node once', async () => {
    const begunAt = (await api.get<MetricSinkList>('/api/v1/metrics/sinks')).items[0]?.begunAt ?? '';
    const whole = (await closedCycles(api)).filter((cycle) => isWhole(cycle) && cycle.startedAt > begunAt);
    const due = new Map(whole.map(({ cycleAt }) => [Date.parse(cycleAt), NODES]));
    expect(due.size).toBeGreaterThanOrEqual(4);
    await eventually('the sink has them', async () => {
      const counts = await pointsAt(sink.server, sink.bucket, SENT);
      return [...due].every(([atMs, count]) => counts.get(atMs) === count);
    });
    const [state] = (await api.get<MetricSinkList>('/api/v1/metrics/sinks')).items;
    expect(state).toMatchObject({ name: 'archive', droppedCycles: 0, refusedPoints: 0, failures: 0 });
  });
});

describe('a split role', () => {
  it('makes no admin token as a worker: it would lie in a folder where nobody looks for it', async () => {
    const folderOfWorker = join(folder, 'first');
    const settings = { ...env, ADMIN_TOKEN: '', ROLE: 'worker', DATA_DIR: folderOfWorker, PORT: '0' };
    const program = new Program('src/main.js', [], settings);
    await program.prints(/"message":"Listening"/);
    expect(await program.end()).toBe(0);
    expect(readdirSync(folderOfWorker)).not.toContain('admin-token');
    expect(program.printed()).not.toContain('Admin token');
  });

  it.each(['DATABASE_URL', 'REDIS_URL', 'INFLUX_URL', 'ELASTICSEARCH_URL'])(
    'refuses to start without %s, and names it',
    async (name) => {
      const { [name]: _left, ...others } = env;
      const program = new Program('src/main.js', [], { ...others, ROLE: 'worker', DATA_DIR: join(folder, 'refused') });
      expect(await program.ended()).toBe(2);
      expect(program.printed()).toContain(`${name} is not set`);
    },
  );
});
