import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PodList } from '../../src/cluster/pod.schema.js';
import type { Cycle } from '../../src/metrics/metric-cycles.schema.js';
import { packageRoot } from '../../src/platform/version.js';
import { CgroupCpu } from '../support/cgroup-cpu.js';
import { KubeletRecord } from '../support/kubelet-record.js';
import { closedCycles, cyclesSince, instant, missingOf, range } from '../support/metric-answers.js';
import type { OneRange } from '../support/one-range.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';
import { RealCluster } from '../support/real-cluster.js';

const RESOLUTION_MS = 15_000;
const LEAST_WINDOW_MS = 60_000;
const NODES = ['node-1', 'node-2'];
const CRASHER = `crasher-${Date.now()}`;

const cluster = RealCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-real-'));
const open = new AsyncDisposableStack();
let program: Quartermaster;
let pods: PodList['items'];
let kubelets: KubeletRecord;
let startedAtMs: number;

const isWhole = ({ state, nodesPresent }: Cycle): boolean => state === 'complete' && nodesPresent === NODES.length;

/** Waits for so many closed cycles with all nodes that follow each other. */
const wholeInARow = (count: number): Promise<Cycle[]> =>
  eventually(`${count} whole cycles in a row`, async () => {
    const closed = await closedCycles(program, new Date(startedAtMs).toISOString());
    const rows = closed.map((_, index) => closed.slice(index, index + count));
    const follows = ({ cycleAt }: Cycle, index: number, [first]: readonly Cycle[]): boolean =>
      Date.parse(cycleAt) === Date.parse(first?.cycleAt ?? '') + index * RESOLUTION_MS;
    return rows.find((row) => row.length === count && row.every(isWhole) && row.every(follows));
  });

const podsOf = (workload: string) => pods.filter((pod) => pod.workload === workload);

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  await cluster.applyWorkload();
  open.use(await cluster.startCrasher(CRASHER, 'sleep 1; exit 3'));
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor('quartermaster', 'quartermaster', kubeconfig);
  startedAtMs = Date.now();
  kubelets = open.use(new KubeletRecord(cluster, NODES));
  program = open.use(
    await Quartermaster.start({
      KUBECONFIG: kubeconfig,
      DATA_DIR: join(folder, 'data'),
      METRIC_RESOLUTION: `${RESOLUTION_MS / 1000}s`,
    }),
  );
  ({ items: pods } = await eventually('the pods to be known', async () => {
    const list = await program.get<PodList>('/api/v1/pods?namespace=shop&limit=1000');
    return list.items.some(({ name }) => name === CRASHER) && list;
  }));
});

afterAll(() => open.disposeAsync());

describe('a real cluster, from outside, with the least rights', () => {
  it('names workloads, requests and limits as the manifests have them', async () => {
    expect(podsOf('Deployment/web')).toHaveLength(4);
    expect(podsOf('Job/once')).toMatchObject([{ phase: 'Succeeded' }]);
    expect(pods.find(({ name }) => name === CRASHER)).not.toHaveProperty('workload');
    await wholeInARow(1);
    const values = async (parameters: string) =>
      (await instant(program, `namespace=shop&${parameters}`)).items.map(({ value }) => value);
    const web = 'workload=Deployment/web';
    const burner = 'workload=Deployment/burner';
    expect(await values(`object=pod&${web}&metric=cpu/request`)).toEqual([25, 25, 25, 25]);
    expect(await values(`object=pod&${web}&metric=memory/request`)).toEqual(Array(4).fill(20 * 2 ** 20));
    expect(await values(`object=pod_container&${web}&container=web&metric=cpu/limit`)).toEqual(Array(4).fill(200));
    expect(await values(`object=pod&${burner}&metric=cpu/limit`)).toEqual([100]);
    expect(await values(`object=pod&${burner}&metric=memory/limit`)).toEqual([32 * 2 ** 20]);
  });

  it('has both nodes complete in three cycles in a row', async () => {
    expect(await wholeInARow(3)).toHaveLength(3);
  });

  it("has the burner's cpu/usage_rate within 10 % of what its control group counts over the same windows", async () => {
    const [burner] = podsOf('Deployment/burner');
    if (!burner) throw new Error('There is no burner');
    using kernel = new CgroupCpu(cluster.cgroupsOf(burner.node ?? ''), burner.uid);
    const sinceMs = Date.now();
    const windows = await eventually('windows that make a minute', async () => {
      const found = await windowsOf(burner.name, sinceMs);
      return lengthMs(found) >= LEAST_WINDOW_MS && found;
    });
    const reportedMs = windows.reduce((sum, { rate, fromMs, toMs }) => sum + (rate / 1000) * (toMs - fromMs), 0);
    const countedMs = windows.reduce((sum, { fromMs, toMs }) => sum + kernel.at(toMs) - kernel.at(fromMs), 0);
    expect(countedMs).toBeGreaterThan(0.02 * lengthMs(windows));
    expect(Math.abs(reportedMs / countedMs - 1)).toBeLessThan(0.1);
  });

  it('has memory/working_set as the kubelet itself told it, for every container', async () => {
    const told = async () => {
      const { items } = await instant(program, 'object=pod_container&metric=memory/working_set&namespace=shop');
      return items
        .filter(({ object }) => object.container !== 'crasher')
        .map(({ object, value }) => ({ name: `${object.pod}/${object.container}`, value }));
    };
    const all = await eventually('a figure of all containers', async () => {
      const found = await told();
      return found.length === 9 && found;
    });
    const yetToMatch = new Set(all.map(({ name }) => name));
    // A kubelet may refresh twice between two questions of the record, which then lacks a figure: the next cycles decide.
    await eventually('a working set that the kubelet told, for every container', async () => {
      for (const { name, value } of await told())
        if (kubelets.workingSets.get(name)?.has(value)) yetToMatch.delete(name);
      return yetToMatch.size === 0;
    });
  });

  it('sees restart_count grow', async () => {
    const counts = await eventually('two values of restart_count', async () => {
      const about = `object=pod&metric=restart_count&namespace=shop&pod=${CRASHER}`;
      const { series } = await range(program, `${about}&from=-10m&step=15s`);
      const found = (series[0]?.points ?? []).map(({ value }) => value);
      return new Set(found).size > 1 && found;
    });
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    const told = await cluster.core().readNamespacedPod({ name: CRASHER, namespace: 'shop' });
    expect(counts.at(-1)).toBeLessThanOrEqual(told.status?.containerStatuses?.[0]?.restartCount ?? 0);
  });

  it('names a stopped kubelet in coverage within two cycles, and has it back within two', async () => {
    if (!cluster.isLocal) return; // kubelets of a cluster elsewhere are not ours to stop
    const stoppedAtMs = Date.now();
    cluster.signalKubelet(2, 'SIGSTOP');
    try {
      const during = await cyclesSince(program, stoppedAtMs, 2);
      expect(during.map(missingOf)).toContainEqual(['node-2: timeout']);
      expect(during.every(({ nodesPresent }) => nodesPresent !== undefined && nodesPresent >= 1)).toBe(true);
      const { coverage, items } = await instant(program, 'object=node&metric=cpu/usage_rate');
      expect(coverage).toMatchObject({ nodesExpected: 2, nodesPresent: 1, missing: [{ node: 'node-2' }] });
      expect(items.map(({ object }) => object.node)).toContain('node-1');
    } finally {
      cluster.signalKubelet(2, 'SIGCONT');
    }
    const after = await cyclesSince(program, Date.now(), 2);
    expect(after.map(({ state }) => state)).toContain('complete');
    const { coverage } = await instant(program, 'object=node&metric=cpu/usage_rate');
    expect(coverage).toMatchObject({ nodesPresent: 2, missing: [] });
  });
});

interface Window {
  /** Millicores. */
  readonly rate: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The windows between samples of a pod's CPU counter, by the kubelet's own stamps, each with the rate that was made of it. */
async function windowsOf(pod: string, sinceMs: number): Promise<Window[]> {
  const about = `object=pod&namespace=shop&pod=${pod}&from=${sinceMs}&step=15s&aggregation=last`;
  const usages = pointsOf(await range(program, `${about}&metric=cpu/usage`));
  const rates = new Map(pointsOf(await range(program, `${about}&metric=cpu/usage_rate`)));
  const stamps = kubelets.cpuStampsMs.get(pod) ?? new Map<number, number>();
  const stamped = usages.map(([time, usage]) => ({ time, atMs: stamps.get(usage) }));
  return stamped.flatMap(({ time, atMs }, index) => {
    const before = stamped[index - 1]?.atMs;
    const rate = rates.get(time);
    if (atMs === undefined || before === undefined || rate === undefined) return [];
    return before < sinceMs || atMs === before ? [] : [{ rate, fromMs: before, toMs: atMs }];
  });
}

function pointsOf({ series }: OneRange): [string, number][] {
  return (series[0]?.points ?? []).map(({ time, value }) => [time, value]);
}

function lengthMs(windows: readonly Window[]): number {
  return windows.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}
