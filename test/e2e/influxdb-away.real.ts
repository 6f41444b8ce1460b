import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulation } from '../../sim/simulation.js';
import { InfluxdbStub } from '../support/influxdb-stub.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';

const folder = mkdtempSync(join(tmpdir(), 'quartermaster-influxdb-away-'));
const open = new AsyncDisposableStack();
let server: InfluxdbStub;
let env: Record<string, string>;

interface Readyz {
  readonly parts: readonly { readonly name: string; readonly state: string }[];
}

async function stateOf(program: Quartermaster, part: string): Promise<string> {
  const { status, body } = await program.call<Readyz>('/readyz');
  expect(status).toBe(200);
  return body.parts.find(({ name }) => name === part)?.state ?? 'absent';
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  server = await InfluxdbStub.start();
  open.defer(() => server.stop());
  const cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: 2, podsPerNode: 3 });
  open.defer(() => cluster.close());
  env = {
    KUBECONFIG: cluster.kubeconfigPath,
    DATA_DIR: join(folder, 'data'),
    METRIC_RESOLUTION: '5s',
    INFLUX_URL: server.url,
    INFLUX_TOKEN: server.token,
    INFLUX_BUCKET: 'k8s',
  };
});
afterAll(() => open.disposeAsync());

describe('a program whose InfluxDB is away when it starts', () => {
  it('is ready, collects, and writes what waited when it is there', async () => {
    server.mood = 'away';
    await using program = await Quartermaster.start(env);
    await eventually('two cycles wait', async () => {
      const text = await program.get<string>('/metrics');
      return Number(/^quartermaster_metric_spool_cycles (\d+)$/m.exec(text)?.[1]) >= 2;
    });
    expect(await stateOf(program, 'metric store')).toBe('down');
    expect(await stateOf(program, 'metric spool')).toBe('degraded');
    expect(server.points.size).toBe(0);
    server.mood = 'up';
    await eventually('nothing waits', async () => (await stateOf(program, 'metric spool')) === 'up');
    await eventually('the store is up', async () => (await stateOf(program, 'metric store')) === 'up');
    const nodes = [...server.points.values()].filter(({ measurement }) => measurement === 'memory/working_set');
    expect(new Set(nodes.map(({ atMs }) => atMs)).size).toBeGreaterThanOrEqual(2);
  });
});
