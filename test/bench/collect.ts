import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { Program, Quartermaster, startSimulator } from '../support/program.js';
import { median } from './median.js';
import type { Figure } from './figure.js';

const CYCLES = 4;
const RESOLUTION_S = 20;
/** Each look is a request that the program answers: ten a second would be a tenth of its work. */
const LOOK_EVERY_MS = 2000;

interface Cycle {
  readonly cycleAt: string;
  readonly nodesExpected: number;
  readonly nodesPresent: number;
  readonly startedAt: string;
  readonly closedAt?: string;
}

/** `npm run bench -- collect [--nodes 1000] [--pods 30]`: what a collection of a large cluster costs, and the floor under it. */
export async function benchCollect(nodes: number, pods: number): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-collect-'));
  console.log(`Starting a simulated cluster of ${nodes} nodes with ${pods} pods each, as a process of its own ...`);
  const simulator = await startSimulator(join(dir, 'cluster'), ['--nodes', String(nodes), '--pods', String(pods)]);
  try {
    const floor = await measureFloor(simulator.kubeconfig);
    const program = await measureProgram(simulator.kubeconfig, join(dir, 'data'), nodes);
    const whole = nodes / 1000; // figures are for a cycle of 1,000 nodes, whatever was run
    return [
      { name: 'nodes present in every cycle', value: program.leastPresent, unit: `of ${nodes}`, atLeast: nodes },
      { name: 'wall time of a cycle', value: program.wallSeconds, unit: 's', atMost: 15 },
      { name: 'CPU of a cycle', value: program.cpuSeconds / whole, unit: 's per 1,000 nodes' },
      { name: 'CPU of the floor', value: floor.cpuSeconds / whole, unit: 's per 1,000 nodes' },
      { name: 'ratio to the floor', value: program.cpuSeconds / floor.cpuSeconds, unit: 'x', atMost: 3 },
      { name: 'peak resident memory', value: program.peakBytes / 1e6, unit: 'MB', atMost: 800 },
      { name: 'size of a summary', value: floor.bytes / nodes / 1000, unit: 'kB' },
    ];
  } finally {
    await simulator.program.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measureFloor(kubeconfig: string): Promise<{ cpuSeconds: number; bytes: number }> {
  console.log('Measuring the floor: GET and JSON.parse alone, over keep-alive TLS ...');
  const program = new Program('test/bench/floor.js', [kubeconfig, '5', '11000'], {});
  if ((await program.ended()) !== 0) throw new Error(`The floor failed:\n${program.printed()}`);
  const rounds = program.printed().trim().split('\n').map((line) => JSON.parse(line) as { cpuSeconds: number; wallSeconds: number; bytes: number }); // prettier-ignore
  for (const { cpuSeconds, wallSeconds } of rounds)
    console.log(`  ${cpuSeconds.toFixed(2)} CPU-s, ${wallSeconds.toFixed(2)} s`);
  const warm = rounds.slice(2); // the first rounds shake hands and warm the compiler up
  return { cpuSeconds: median(warm.map((round) => round.cpuSeconds)), bytes: rounds.at(-1)?.bytes ?? 0 };
}

async function measureProgram(
  kubeconfig: string,
  dataDir: string,
  nodes: number,
): Promise<{ cpuSeconds: number; wallSeconds: number; peakBytes: number; leastPresent: number }> {
  console.log(`Starting Quartermaster, collecting every ${RESOLUTION_S} s ...`);
  const quartermaster = await Quartermaster.start({
    KUBECONFIG: kubeconfig,
    DATA_DIR: dataDir,
    METRIC_RESOLUTION: `${RESOLUTION_S}s`,
    LOGS_COLLECT: 'none',
    LOG_LEVEL: 'info',
  });
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytesOf(quartermaster.program.pid));
  }, 250);
  try {
    const closed = async (): Promise<Cycle[]> => {
      await pause(LOOK_EVERY_MS);
      const { items } = await quartermaster.get<{ items: Cycle[] }>('/api/v1/metrics/cycles?limit=20');
      return items.filter(({ closedAt }) => closedAt !== undefined);
    };
    await eventually('two cycles to warm up', async () => (await closed()).length >= 2);
    const warmUp = new Set((await closed()).map(({ cycleAt }) => cycleAt));
    const before = await quartermaster.usage();
    await eventually(`${CYCLES} cycles`, async () => (await closed()).length >= warmUp.size + CYCLES);
    const after = await quartermaster.usage();
    const cycles = (await closed()).filter(({ cycleAt }) => !warmUp.has(cycleAt)).slice(0, CYCLES);
    for (const cycle of cycles)
      console.log(`  ${cycle.cycleAt}: ${cycle.nodesPresent} of ${cycle.nodesExpected}, ${wallOf(cycle).toFixed(2)} s`);
    if (cycles.some(({ nodesExpected }) => nodesExpected !== nodes))
      throw new Error('The cycle expected another number of nodes');
    return {
      cpuSeconds: (after.cpuSeconds - before.cpuSeconds) / cycles.length,
      wallSeconds: Math.max(...cycles.map(wallOf)),
      peakBytes,
      leastPresent: Math.min(...cycles.map(({ nodesPresent }) => nodesPresent)),
    };
  } finally {
    clearInterval(watch);
    await quartermaster.program.end();
  }
}

/** From outside, so that looking costs the process nothing. */
function residentBytesOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

function wallOf({ startedAt, closedAt = startedAt }: Cycle): number {
  return (Date.parse(closedAt) - Date.parse(startedAt)) / 1000;
}
