import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { NewestSamples } from '../../src/metrics/compat/core/newest-samples.js';
import { ExpositionStreams } from '../../src/metrics/compat/exposition-streams.js';
import type { Metric } from '../../src/metrics/core/catalogue/metric.js';
import { findMetric, metricsOfObject } from '../../src/metrics/core/metric-catalogue.js';
import type { MetricObject } from '../../src/metrics/core/sample.js';
import type { Figure } from './figure.js';

const CYCLE_AT_MS = Date.UTC(2026, 0, 1);
/** As many objects come from a store in one piece. */
const BATCH = 1000;
/** Of every node, pod and container: about 200,000 samples of 1,000 nodes with 30 pods. */
const FEW = ['cpu/usage', 'cpu/usage_rate', 'memory/working_set'].map((name) => findMetric(name) as Metric);

/** What an exposition of a cluster costs between the store and the socket: all metrics, and three of them, as plain text and compressed. */
export async function benchExposition(nodes: number, pods: number): Promise<Figure[]> {
  return [...(await measure('all', nodes, pods)), ...(await measure('three', nodes, pods, new Set(FEW)))];
}

async function measure(name: string, nodes: number, pods: number, wanted?: ReadonlySet<Metric>): Promise<Figure[]> {
  const heapBefore = heapBytes();
  const fromMs = performance.now();
  const samples = await collect(nodes, pods, wanted);
  const tookMs = performance.now() - fromMs;
  const figures: Figure[] = [
    { name: `${name}: samples`, value: samples.size, unit: '' },
    { name: `${name}: putting together`, value: tookMs, unit: 'ms' },
    { name: `${name}: memory held`, value: (heapBytes() - heapBefore) / 2 ** 20, unit: 'MiB' },
  ];
  for (const gzip of [false, true]) figures.push(...(await send(`${name}${gzip ? ', gzip' : ''}`, samples, gzip)));
  return figures;
}

async function send(name: string, samples: NewestSamples, gzip: boolean): Promise<Figure[]> {
  const loop = monitorEventLoopDelay({ resolution: 5 });
  const cpuBefore = process.cpuUsage();
  const fromMs = performance.now();
  let bytes = 0;
  loop.enable();
  const stream = await new ExpositionStreams().send(async () => samples.families(), { format: 'openmetrics', gzip });
  const socket = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      setImmediate(done);
    },
  });
  await pipeline(stream, socket);
  loop.disable();
  const { user, system } = process.cpuUsage(cpuBefore);
  return [
    { name: `${name}: text`, value: bytes / 2 ** 20, unit: 'MiB' },
    { name: `${name}: time`, value: performance.now() - fromMs, unit: 'ms' },
    { name: `${name}: CPU`, value: (user + system) / 1000, unit: 'ms' },
    { name: `${name}: event loop held, 99 %`, value: loop.percentile(99) / 1e6, unit: 'ms' },
  ];
}

async function collect(nodes: number, pods: number, wanted?: ReadonlySet<Metric>): Promise<NewestSamples> {
  const samples = new NewestSamples(wanted);
  let count = 0;
  for (const object of objects(nodes, pods)) {
    const values = metricsOfObject(object).map((_, index) => (index + 1) * 1_234_567.25);
    samples.add({ object, cycleAtMs: CYCLE_AT_MS, values });
    count += 1;
    if (count % BATCH === 0) await turn();
  }
  return samples;
}

/** Nodes, their pods, and a container in each, in the order of a store. */
function* objects(nodes: number, pods: number): Generator<MetricObject> {
  const names = Array.from({ length: nodes }, (_, index) => `node-${index}.eu-central-1.compute.internal`);
  for (const node of names) yield { type: 'node', node };
  for (const type of ['pod', 'pod_container'] as const) {
    for (const node of names) {
      for (let index = 0; index < pods; index += 1) {
        const pod = { namespace: `team-${index}`, pod: `web-7d4b9c8f5d-${index}`, workload: `Deployment/web-${index}` };
        yield { type, node, ...pod, podUid: `${node}-${index}`, ...(type === 'pod' ? {} : { container: 'app' }) };
      }
    }
  }
}

function heapBytes(): number {
  globalThis.gc?.(); // more exact with --expose-gc
  return process.memoryUsage().heapUsed;
}
