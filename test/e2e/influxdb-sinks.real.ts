import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cycle } from '../../src/metrics/metric-cycles.schema.js';
import type { MetricSinkList, MetricSinkState } from '../../src/metrics/sinks/metric-sinks.schema.js';
import { startSimulation } from '../../sim/simulation.js';
import { closedCycles } from '../support/metric-answers.js';
import { eventually } from '../support/eventually.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { pointsAt } from '../support/points-at.js';
import { Quartermaster } from '../support/program.js';

const folder = mkdtempSync(join(tmpdir(), 'quartermaster-influxdb-sinks-'));
const open = new AsyncDisposableStack();
const METRIC = 'memory/working_set';
const NODES = 2;
let store: InfluxdbServer;
let archive: InfluxdbServer;
let env: Record<string, string>;

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  store = await InfluxdbServer.startOwn();
  open.defer(() => store.stop());
  archive = await InfluxdbServer.startOwn();
  open.defer(() => archive.stop());
  const cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: NODES, podsPerNode: 3 });
  open.defer(() => cluster.close());
  env = {
    KUBECONFIG: cluster.kubeconfigPath,
    DATA_DIR: join(folder, 'data'),
    METRIC_RESOLUTION: '5s',
    INFLUX_URL: store.url,
    INFLUX_ORG: store.org,
    INFLUX_TOKEN: store.token,
    INFLUX_BUCKET: 'k8s',
    METRIC_SINKS: `archive=influxdb:${archive.url}/?org=${archive.org}&bucket=year&metrics=${METRIC}
                   beside=influxdb:${store.url}/?org=${store.org}&bucket=beside&metrics=${METRIC}`,
    METRIC_SINK_ARCHIVE_TOKEN: archive.token,
    METRIC_SINK_BESIDE_TOKEN: store.token,
  };
});
afterAll(() => open.disposeAsync());

const sinkOf = async (program: Quartermaster, name: string): Promise<MetricSinkState | undefined> =>
  (await program.get<MetricSinkList>('/api/v1/metrics/sinks')).items.find((sink) => sink.name === name);
const isCollected = ({ nodesPresent }: Cycle): boolean => nodesPresent === NODES;

describe('further sinks beside InfluxDB as the store', () => {
  it('lose nothing while one of them is away and the program is killed, and cost neither the store nor each other', async () => {
    const killed = await Quartermaster.start(env);
    await eventually(
      'the archive has two cycles',
      async () => ((await sinkOf(killed, 'archive'))?.writtenCycles ?? 0) >= 2,
    );
    const first = (await closedCycles(killed)).filter(isCollected).at(0);
    await archive.away(async () => {
      await eventually('three cycles wait for the archive', async () => {
        const sink = await sinkOf(killed, 'archive');
        return sink?.state === 'degraded' && sink.waitingCycles >= 3;
      });
      expect(await sinkOf(killed, 'beside')).toMatchObject({ state: 'up', failures: 0 });
      await killed.program.end('SIGKILL');
    });
    await using program = await Quartermaster.start(env);
    const closed = (await closedCycles(program)).filter(isCollected);
    await eventually('nothing waits', async () => {
      const sinks = (await program.get<MetricSinkList>('/api/v1/metrics/sinks')).items;
      return sinks.every(({ state, waitingCycles }) => state === 'up' && waitingCycles === 0);
    });
    const due = closed
      .map(({ cycleAt }) => Date.parse(cycleAt))
      .filter((atMs) => atMs >= Date.parse(first?.cycleAt ?? ''));
    expect(due.length).toBeGreaterThanOrEqual(5);
    for (const [server, bucket] of [
      [archive, 'year'],
      [store, 'beside'],
      [store, 'k8s'],
    ] as const) {
      const counts = await pointsAt(server, bucket, METRIC);
      expect([bucket, due.map((atMs) => counts.get(atMs))]).toEqual([bucket, due.map(() => NODES)]);
    }
    expect(await sinkOf(program, 'archive')).toMatchObject({ droppedCycles: 0, refusedPoints: 0 });
  });
});
