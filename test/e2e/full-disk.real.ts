import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulation } from '../../sim/simulation.js';
import { closedCycles, cyclesSince, range } from '../support/metric-answers.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';

const DISK_BYTES = 512 * 2 ** 20;
const FULL = 0.96;

const folder = mkdtempSync(join(tmpdir(), 'quartermaster-full-'));
const disk = join(folder, 'disk');
const ballast = join(disk, 'ballast');
const open = new AsyncDisposableStack();
let program: Quartermaster;

interface Readyz {
  readonly parts: readonly { readonly name: string; readonly state: string; readonly reason?: string }[];
}

/** How `/readyz` tells the metric store. */
async function store(): Promise<{ status: number; state: string; reason: string }> {
  const { status, body } = await program.call<Readyz>('/readyz');
  const { state = '', reason = '' } = body.parts.find(({ name }) => name === 'metric store') ?? {};
  return { status, state, reason };
}

/** Fills the disk to the given part of it. */
function fill(ratio: number): void {
  const { blocks, bfree, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(Math.ceil(blocks * ratio - (blocks - bfree)) * bsize));
}

/** A data folder on a disk of its own, which needs the right to mount. */
beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk]);
  open.defer(() => void execFileSync('umount', [disk]));
  const cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: 3, podsPerNode: 3 });
  open.defer(() => cluster.close());
  program = open.use(
    await Quartermaster.start({
      KUBECONFIG: cluster.kubeconfigPath,
      DATA_DIR: join(disk, 'data'),
      METRIC_RESOLUTION: '5s',
    }),
  );
  await cyclesSince(program, 0, 2);
});

afterAll(() => open.disposeAsync());

describe('a data disk that is 95 % full', () => {
  it('stops collection with a clear state in /readyz, reads on, and collects again when there is space', async () => {
    fill(FULL);
    const told = await eventually('the state of the store', async () => {
      const found = await store();
      return found.state !== 'up' && found;
    });
    expect(told).toMatchObject({ status: 200, state: 'degraded' });
    expect(told.reason).toMatch(/disk is 9\d % full.*free some space/);
    const fullAtMs = Date.now();
    const before = await closedCycles(program);
    await eventually('the disk to be noticed for three resolutions', () => Date.now() > fullAtMs + 15_000);
    expect((await closedCycles(program)).length).toBeLessThanOrEqual(before.length + 1);
    const { series } = await range(program, 'object=node&metric=memory/working_set&from=-10m&step=5s');
    expect(series.map(({ points }) => points.length > 0)).toEqual([true, true, true]);
    rmSync(ballast);
    const [cycle] = await cyclesSince(program, Date.now(), 1);
    expect(cycle).toMatchObject({ state: 'complete', nodesPresent: 3 });
    await eventually('the store to be up', async () => (await store()).state === 'up');
  });
});
