import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DuckdbMetricStore } from '../../src/adapters/duckdb/metric-store.duckdb.js';
import { startSimulation } from '../../sim/simulation.js';
import { DAMAGES } from '../support/damage.js';
import { range } from '../support/metric-answers.js';
import { prepareDataDir } from '../support/prepared-records.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';
import { aFullSample, aNode } from '../support/samples.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-damaged-'));
const metrics = join(folder, 'data', 'metrics');
const open = new AsyncDisposableStack();
let env: Record<string, string>;

interface Readyz {
  readonly parts: readonly { readonly name: string; readonly state: string; readonly reason?: string }[];
}

async function store(program: Quartermaster) {
  const { status, body } = await program.call<Readyz>('/readyz');
  const { state, reason } = body.parts.find(({ name }) => name === 'metric store') ?? {};
  return { status, state, reason, text: JSON.stringify(body) };
}

async function damagedFiles(program: Quartermaster): Promise<number> {
  const text = await program.get<string>('/metrics');
  return Number(/^quartermaster_metric_store_damaged_files_total (\d+)$/m.exec(text)?.[1]);
}

/** What is answered of node-1 on a day that was closed, an hour of minutes. */
async function answerOf(program: Quartermaster, daysAgo: number) {
  const fromMs = TODAY_MS - daysAgo * DAY_MS;
  const times = [fromMs, fromMs + 60 * MINUTE_MS].map((ms) => new Date(ms).toISOString());
  return range(program, `object=node&metric=memory/working_set&from=${times[0]}&to=${times[1]}&step=1m`);
}

async function pointsOf(program: Quartermaster, daysAgo: number): Promise<number> {
  const { series } = await answerOf(program, daysAgo);
  return series.reduce((sum, { points }) => sum + points.length, 0);
}

/** The same as a file, and what its header says. */
async function exportOf({ url, token }: Quartermaster, daysAgo: number) {
  const fromMs = TODAY_MS - daysAgo * DAY_MS;
  const [from, to] = [fromMs, fromMs + 60 * MINUTE_MS].map((ms) => new Date(ms).toISOString());
  const query = `object=node&metric=memory/working_set&from=${from}&to=${to}&step=1m&format=csv`;
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/v1/metrics/export?${query}`, { headers });
  const text = await response.text();
  return { rows: text.trim().split('\r\n').length - 1, notes: response.headers.get('quartermaster-notes') };
}

/** Two closed days and the first minutes of today, as a process leaves them that is killed. */
async function seed(): Promise<void> {
  const seeding = join(folder, 'seeding');
  const seeded = await DuckdbMetricStore.open({ folder: seeding, diskProbe: () => Promise.resolve(0) });
  const append = async (daysAgo: number): Promise<void> => {
    for (let minute = 0; minute < 10; minute += 1) {
      const samples = [aFullSample(aNode(), minute)];
      await seeded.writer.append(TODAY_MS - daysAgo * DAY_MS + minute * MINUTE_MS, [{ scope: 'node-1', samples }]);
    }
  };
  for (const daysAgo of [3, 2]) await append(daysAgo);
  await seeded.closeDays(TODAY_MS);
  await append(0);
  cpSync(seeding, metrics, { recursive: true });
  await seeded.close();
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  const cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: 2, podsPerNode: 3 });
  open.defer(() => cluster.close());
  env = {
    KUBECONFIG: cluster.kubeconfigPath,
    DATA_DIR: await prepareDataDir(join(folder, 'data')),
    METRIC_RESOLUTION: '5s',
  };
  await seed();
});

afterAll(() => open.disposeAsync());

describe('a data folder whose metric files are damaged', () => {
  it('starts the program, which serves the rest, and tells it without a path until the files are deleted', async () => {
    const segment = readdirSync(join(metrics, 'segments')).toSorted()[0] ?? '';
    expect(segment).toMatch(/^node_\d{8}_g1\.parquet$/);
    DAMAGES.flip(join(metrics, 'segments', segment), 0.5);
    DAMAGES.flip(join(metrics, 'metrics.duckdb.wal'), 0.95);
    await using program = await Quartermaster.start(env);
    const told = await eventually('both files to be told', async () => {
      const found = await store(program);
      return found.reason?.startsWith('2 damaged files') && found;
    });
    const day = new Date(TODAY_MS - 3 * DAY_MS).toISOString().slice(0, 10);
    expect(told).toMatchObject({ status: 200, state: 'degraded' });
    expect(told.reason).toContain(`node samples of ${day}`);
    expect(told.reason).toContain('the write-ahead log on ');
    expect(told.text).not.toContain(folder);
    expect(await damagedFiles(program)).toBe(2);
    expect([await pointsOf(program, 3), await pointsOf(program, 2)]).toEqual([0, 10]);
    expect(await pointsOf(program, 0)).toBeGreaterThan(0);
    const lost = `node samples from ${day}T00:00:00.000Z to ${day}T01:00:00.000Z`;
    expect((await answerOf(program, 3)).notes).toEqual([`Lost with damaged files of the store: ${lost}.`]);
    expect((await answerOf(program, 2)).notes).toEqual([]);
    expect(await exportOf(program, 3)).toEqual({ rows: 0, notes: `Lost with damaged files of the store: ${lost}.` });
    expect(await exportOf(program, 2)).toEqual({ rows: 10, notes: null });
    const lines = program.program.printed().split('\n');
    const logged = lines.filter((line) => line.includes('"A damaged file of the store was'));
    expect(logged.map((line) => (JSON.parse(line) as { file: string }).file).toSorted()).toEqual([
      join(metrics, 'metrics.duckdb.wal'),
      join(metrics, 'segments', segment),
    ]);
    for (const name of readdirSync(join(metrics, 'damaged'))) rmSync(join(metrics, 'damaged', name));
    await eventually('the store to be up', async () => (await store(program)).state === 'up');
    expect(await damagedFiles(program)).toBe(0);
  });

  it('starts the program on a database of garbage, with the closed days', async () => {
    DAMAGES.garbage(join(metrics, 'metrics.duckdb'), 0.5);
    await using program = await Quartermaster.start(env);
    const told = await eventually('the file to be told', async () => {
      const found = await store(program);
      return found.state === 'degraded' && found;
    });
    expect(told.reason).toContain('the database of open days on ');
    expect([await pointsOf(program, 3), await pointsOf(program, 2)]).toEqual([0, 10]);
  });
});
