import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Cycle } from '../../src/metrics/metric-cycles.schema.js';
import type { NodeFault } from '../../sim/kubelet-faults.js';
import { startSimulation, type Simulation } from '../../sim/simulation.js';
import { closedCycles, instant, missingOf, range } from '../support/metric-answers.js';
import { prepareDataDir } from '../support/prepared-records.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';

const NODES = 14;
const RESOLUTION_MS = 5_000;

/** Every fault that costs a node its figures, and what is then told. Each is tried on a node of its own, all in the same cycles. */
const FAULTS: readonly (readonly [NodeFault, string])[] = [
  ['hang', 'timeout'],
  ['drip', 'timeout'],
  ['garbage', 'garbage'],
  ['truncated', 'connection-lost'],
  ['wrong-certificate', 'certificate'],
  ['clock-skew', 'clock-skew'],
  ['clock-behind', 'clock-skew'],
  ['http-500', 'http-500'],
  ['unauthorized', 'unauthorized'],
  ['down', 'connection-refused'],
  ['huge', 'body-too-large'],
];

const folder = mkdtempSync(join(tmpdir(), 'quartermaster-faults-'));
const open = new AsyncDisposableStack();
let cluster: Simulation;
let program: Quartermaster;
let names: string[];
/** When the last node was: a kubelet looks only every 10 to 15 seconds, so what comes of it is asked later. */
let restartedAtMs: number;

const nodesOf = async (metric: string) =>
  (await instant(program, `object=node&metric=${metric}&lookback=30s`)).items.map(({ object }) => object.node);

const isComplete = ({ state, nodesPresent }: Cycle): boolean => state === 'complete' && nodesPresent === NODES;

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: NODES, podsPerNode: 3 });
  open.defer(() => cluster.close());
  program = open.use(
    await Quartermaster.start({
      KUBECONFIG: cluster.kubeconfigPath,
      KUBELET_MAX_BODY: '1Mi', // so that the huge answer is over it long before the deadline
      DATA_DIR: await prepareDataDir(join(folder, 'data')),
      METRIC_RESOLUTION: `${RESOLUTION_MS / 1000}s`,
      KUBELET_TIMEOUT: '2s',
      METRIC_SHARD_NODES: '7',
    }),
  );
  await eventually('a complete cycle', async () => (await closedCycles(program)).some(isComplete));
  names = (await program.get<{ items: { name: string }[] }>('/api/v1/nodes?limit=1000')).items.map(({ name }) => name);
  restartedAtMs = Date.now();
  await cluster.faults.set(names.at(-1) ?? '', 'counter-reset');
});

afterAll(() => open.disposeAsync());

describe('nodes that are broken', () => {
  const broken = new Map<string, string>();

  it("cost no other node's sample, and each is named with its reason in its cycle and in coverage", async () => {
    for (const [index, [fault, reason]] of FAULTS.entries()) {
      const node = names[index] ?? '';
      await cluster.faults.set(node, fault);
      broken.set(node, reason);
    }
    const sound = names.slice(FAULTS.length);
    const told = [...broken].map(([node, reason]) => `${node}: ${reason}`).toSorted();
    // On a busy machine a sound node may be late for once, and the first cycle may have begun before all were broken.
    const cycle = await eventually('a cycle that lacks these and no other', async () => {
      const newest = (await closedCycles(program)).at(-1);
      return newest && missingOf(newest).join() === told.join() && newest;
    });
    expect(cycle).toMatchObject({ state: 'partial', nodesExpected: NODES, nodesPresent: sound.length });
    expect(cycle.missing?.every(({ detail }) => detail.length > 20)).toBe(true);
    const at = encodeURIComponent(cycle.cycleAt);
    const answer = await instant(program, `object=node&metric=memory/working_set&at=${at}&lookback=1s`);
    expect(answer.items.map(({ object }) => object.node)).toEqual(sound);
    expect(missingOf(answer.coverage)).toEqual(told);
    expect(answer.coverage).toMatchObject({ nodesExpected: NODES, nodesPresent: sound.length });
  });

  it('are named in /readyz, which stays ready', async () => {
    await eventually('collection to be degraded', async () => {
      const { status, body } = await program.call<{ parts: { name: string; state: string }[] }>('/readyz');
      expect(status).toBe(200);
      return body.parts.find(({ name }) => name === 'collection')?.state === 'degraded';
    });
  });

  it('are back in the next whole cycle when they are sound again', async () => {
    for (const node of broken.keys()) await cluster.faults.clear(node);
    await eventually('two whole cycles, one after the other', async () => {
      const newest = (await closedCycles(program)).slice(-2);
      return newest.every(isComplete);
    });
    await eventually('rates of all nodes', async () => (await nodesOf('cpu/usage_rate')).length === NODES);
  });
});

describe('a node that was restarted', () => {
  it('never has a negative rate', async () => {
    const node = names.at(-1) ?? '';
    const since = `from=${restartedAtMs - 60_000}&step=5s`;
    await eventually('a counter that went back, and a rate after it', async () => {
      const usages = await range(program, `object=node&node=${node}&metric=cpu/usage&${since}`);
      const points = usages.series[0]?.points ?? [];
      const fallen = points.find(({ value }, index) => value < (points[index - 1]?.value ?? 0));
      const [newest] = (await instant(program, `object=node&node=${node}&metric=cpu/usage_rate`)).items;
      return fallen !== undefined && newest !== undefined && newest.time > fallen.time;
    });
    for (const metric of ['cpu/usage_rate', 'network/rx_rate', 'memory/page_faults_rate'])
      for (const object of ['node', 'pod']) {
        const { series } = await range(program, `object=${object}&metric=${metric}&${since}`);
        const values = series.flatMap(({ points }) => points.map(({ value }) => value));
        expect(values.length).toBeGreaterThan(0);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      }
  });
});

describe('an API server that is away', () => {
  it('leaves answers with their age, collection going on, and is found again', async () => {
    interface Answer {
      readonly items: readonly unknown[];
      readonly staleSeconds: number;
    }
    const fresh = await program.get<Answer>('/api/v1/nodes?limit=1000');
    await cluster.faults.apiDown();
    const downAtMs = Date.now();
    try {
      const stale = await eventually('an answer that tells its age', async () => {
        const answer = await program.get<Answer>('/api/v1/nodes?limit=1000');
        return answer.staleSeconds >= 3 && answer;
      });
      expect(stale.items).toHaveLength(fresh.items.length);
      await eventually('a whole cycle', async () => {
        const since = (await closedCycles(program)).filter(({ startedAt }) => Date.parse(startedAt) >= downAtMs);
        return since.some(isComplete);
      });
    } finally {
      await cluster.faults.apiUp();
    }
    await eventually(
      'fresh answers again',
      async () => (await program.get<Answer>('/api/v1/nodes')).staleSeconds === 0,
    );
  });
});
