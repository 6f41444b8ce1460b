import type { NodeState } from '../../src/gc/core/node-state.js';
import { nodePlanner } from '../../src/gc/core/plan-node.js';
import { describeFigure, type Figure } from './figure.js';
import { benchLedger } from './gc-ledger.js';
import { benchRun } from './gc-run.js';
import { BENCH_POLICY, benchNodeState } from './gc-node-state.js';
import { median, percentile } from './median.js';

const IMAGES = 1000;
const CONTAINERS = 5000;
const ROUNDS = 200;
const WARM_UP = 50;

/** `npm run bench -- gc`: each part adds its figures; a part that needs engines starts and ends them itself. */
export async function benchGc(): Promise<Figure[]> {
  const parts: readonly (() => Figure[] | Promise<Figure[]>)[] = [benchPlan, benchLedger, benchRun];
  const figures: Figure[] = [];
  for (const part of parts) {
    const found = await part();
    for (const figure of found) console.log(`  ${describeFigure(figure)}`);
    figures.push(...found);
  }
  return figures;
}

/** The pure part: one node's plan from facts that are at hand. */
function benchPlan(): Figure[] {
  console.log(`Planning for a node with ${IMAGES} images and ${CONTAINERS} containers, ${ROUNDS} times ...`);
  const tookMs: number[] = [];
  const plan = nodePlanner(BENCH_POLICY);
  let removals = 0;
  const json = JSON.stringify(benchNodeState('node-1', IMAGES, CONTAINERS, Date.UTC(2026, 2, 1)));
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const state = JSON.parse(json) as NodeState; // as it comes from an agent: parsed, each time anew
    const started = performance.now();
    const { remove, notActed } = plan(state);
    if (round >= 0) tookMs.push(performance.now() - started);
    removals = remove.length;
    if (notActed !== undefined) throw new Error(`Nothing was planned: ${notActed}`);
  }
  return [
    { name: 'plan, median', value: median(tookMs), unit: 'ms', atMost: 5 },
    { name: 'plan, 95th percentile', value: percentile(tookMs, 0.95), unit: 'ms' },
    { name: 'things that go', value: removals, unit: '', atLeast: 1 },
  ];
}
