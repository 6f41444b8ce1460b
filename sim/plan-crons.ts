import type { ContainerTemplate } from './catalogue.js';
import { flat } from './curves.js';
import { EPOCH_MS, podKey, type SimCron, type SimNode, type SimPod, type SimWorkload, type World } from './model.js';
import { planContainer, podIp } from './plan-pods.js';
import { hash, suffix, uuid } from './seeded.js';

const PERIOD_MS = 120_000;
const RUN_MS = 45_000;
const CRON_CORES = 0.25;
const TEMPLATE: ContainerTemplate = {
  name: 'report',
  image: 'registry.example/apps/report:1.0.4',
  cpuMillis: CRON_CORES * 1000,
  memoryMi: 90,
  request: [50, 64],
  limit: [500, 256],
};

/** Adds one CronJob for every 200 nodes (at least one), each bound to a node, so that all its runs stand in one curve of that node. */
export function planCrons(world: World): void {
  const nodes = [...world.nodes.values()];
  for (let index = 0; index * 200 < nodes.length; index++) {
    const node = nodes[hash(world.seed, 'cron', index) % nodes.length] as SimNode;
    const name = index === 0 ? 'nightly-report' : `nightly-report-${index + 1}`;
    node.cronCurves.push(cronCurve());
    const workload: SimWorkload = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      namespace: 'batch',
      name,
      uid: uuid(world.seed, 'CronJob', name),
      createdMs: EPOCH_MS,
      replicas: 0,
      labels: { app: name },
      schedule: '*/2 * * * *',
      containers: [cronContainer(world.seed, name)],
    };
    world.workloads.push(workload);
    world.crons.push({ workload, node, periodMs: PERIOD_MS, runMs: RUN_MS });
  }
}

function cronCurve() {
  return { ...flat(0), burst: CRON_CORES, burstMs: RUN_MS, burstPeriodMs: PERIOD_MS, burstPhaseMs: 0 };
}

function cronContainer(seed: number, name: string) {
  return { ...planContainer(TEMPLATE, 0, seed, name), cpu: cronCurve() };
}

/** The Job and the pod of a CronJob's run that began at `startMs`. */
export function planJob(seed: number, cron: SimCron, startMs: number): { job: SimWorkload; pod: SimPod } {
  const { workload, node } = cron;
  const { namespace } = workload;
  const endMs = startMs + cron.runMs;
  const name = `${workload.name}-${Math.floor(startMs / 60_000)}`;
  const uid = uuid(seed, 'Job', name);
  const labels = { 'batch.kubernetes.io/job-name': name, 'job-name': name, 'batch.kubernetes.io/controller-uid': uid };
  const containers = [cronContainer(seed, workload.name)];
  const job: SimWorkload = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    namespace,
    name,
    uid,
    createdMs: startMs,
    replicas: 1,
    labels,
    owner: { apiVersion: 'batch/v1', kind: 'CronJob', name: workload.name, uid: workload.uid },
    startMs,
    endMs,
    containers,
  };
  const podName = `${name}-${suffix(5, seed, name)}`;
  const pod: SimPod = {
    namespace,
    name: podName,
    uid: uuid(seed, 'pod', podName),
    node,
    labels,
    owner: { apiVersion: 'batch/v1', kind: 'Job', name, uid },
    hostNetwork: false,
    isMirror: false,
    createdMs: startMs,
    countsFromMs: startMs,
    endMs,
    containers,
    claims: [],
    rxBytesPerCpuSecond: 200_000,
    txBytesPerCpuSecond: 50_000,
    ip: podIp(node, namespace, podName),
  };
  return { job, pod };
}

/** The key of a Job's pod in the world. */
export function jobPodKey(seed: number, cron: SimCron, startMs: number): string {
  const { pod } = planJob(seed, cron, startMs);
  return podKey(pod.namespace, pod.name);
}
