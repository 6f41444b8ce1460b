import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cycle } from '../../src/metrics/metric-cycles.schema.js';
import { startSimulation, type Simulation } from '../../sim/simulation.js';
import { cycleThatWaits } from '../support/cycle-that-waits.js';
import { closedCycles, cyclesSince, range } from '../support/metric-answers.js';
import { Program, Quartermaster } from '../support/program.js';

const NODES = 6;
/** More of them for a longer look: the moments are random. */
const FIRST_STARTS = Number(process.env['TEST_FIRST_STARTS'] ?? 1);
const KILLS = Number(process.env['TEST_KILLS'] ?? 2);
const LONGEST_START_MS = 6_000;
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-killed-'));
const open = new AsyncDisposableStack();
let cluster: Simulation;
let env: Record<string, string>;

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: NODES, podsPerNode: 5 });
  open.defer(() => cluster.close());
  env = {
    KUBECONFIG: cluster.kubeconfigPath,
    DATA_DIR: join(folder, 'data'),
    METRIC_RESOLUTION: '5s',
    METRIC_SHARD_NODES: '2',
  };
});

afterAll(() => open.disposeAsync());

/** What must not change by a kill: the closed cycles, and the values that each node has in each of them. */
interface Kept {
  readonly cycles: readonly Cycle[];
  /** `<node> <cycle>`: bytes. */
  readonly samples: ReadonlyMap<string, number>;
}

async function kept(program: Quartermaster): Promise<Kept> {
  const cycles = await closedCycles(program);
  const answer = await range(program, 'object=node&metric=memory/working_set&from=-30m&step=5s&aggregation=last');
  const closed = new Set(cycles.map(({ cycleAt }) => cycleAt));
  const samples = answer.series.flatMap(({ object, points }) =>
    points
      .filter(({ time }) => closed.has(time))
      .map(({ time, value }): [string, number] => [`${object.node} ${time}`, value]),
  );
  return { cycles, samples: new Map(samples) };
}

/** How many samples each node has in each step: one, unless something was doubled. */
async function mostSamplesInAStep(program: Quartermaster): Promise<number> {
  const { series } = await range(program, 'object=node&metric=memory/working_set&from=-30m&step=5s&aggregation=count');
  return Math.max(...series.flatMap(({ points }) => points.map(({ value }) => value)));
}

describe('a process that is killed', () => {
  it(
    'while it starts for the first time, starts again without a hand',
    async () => {
      for (let round = 0; round < FIRST_STARTS; round += 1) {
        const own = { ...env, DATA_DIR: join(folder, `data-${round}`) };
        const program = new Program('src/main.js', [], { ...own, PORT: '0', LOG_FORMAT: 'json' });
        await program.prints(/"message":"Starting"/);
        // Anywhere in making the folder, its databases and their schemas; a start that is so quick is killed when it listens.
        await Promise.race([program.prints(/"Listening"/), pause(Math.random() * LONGEST_START_MS)]);
        await program.end('SIGKILL');
        const again = await Quartermaster.start(own);
        expect((await again.call('/readyz')).status).toBe(200);
        await again.program.end('SIGKILL');
      }
    },
    600_000 * FIRST_STARTS,
  );

  it(
    'at any moment, keeps each closed cycle with its completeness and samples, and doubles none',
    async () => {
      let before: Kept = { cycles: [], samples: new Map() };
      for (let round = 0; round < KILLS; round += 1) {
        const program = await Quartermaster.start(env);
        try {
          const startMs = Date.now();
          await cyclesSince(program, startMs, 1);
          const now = await kept(program);
          expect(now.cycles).toEqual(expect.arrayContaining([...before.cycles]));
          for (const [sample, value] of before.samples)
            expect([sample, now.samples.get(sample)]).toEqual([sample, value]);
          expect(new Set(now.cycles.map(({ cycleAt }) => cycleAt)).size).toBe(now.cycles.length);
          expect(await mostSamplesInAStep(program)).toBe(1);
          before = await kept(program);
          await untilMoment(program, round);
        } finally {
          await program.program.end('SIGKILL');
        }
      }
      expect(before.cycles.length).toBeGreaterThanOrEqual(KILLS);
      expect(before.samples.size).toBeGreaterThanOrEqual(KILLS * NODES);
    },
    600_000 * KILLS,
  );
});

/** The moment to kill: in the first round within a cycle that a kubelet holds up, then any moment of a whole resolution. */
async function untilMoment(program: Quartermaster, round: number): Promise<void> {
  if (round > 0) return pause(Math.random() * 5_000);
  await using held = new AsyncDisposableStack();
  held.use(await cycleThatWaits(program, cluster));
}
