import { setTimeout as pause } from 'node:timers/promises';
import { SystemClock } from '../../src/platform/clock.js';
import { FifoGate } from '../../src/platform/fifo-gate.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { CollectMetrics } from '../../src/logs/collect/collect-metrics.js';
import { ContainerCollector } from '../../src/logs/collect/container-collector.js';
import { LineShipper } from '../../src/logs/collect/line-shipper.js';
import type { Figure } from './figure.js';
import { PacedPodLogs } from './paced-pod-logs.js';

const CONTAINERS = 200;
const LINES_PER_SECOND = 10_000;
const SECONDS = 30;
const PAUSES = { openMs: 1000, waitMs: 1000, firstMs: 500, maxMs: 15_000, idleMs: 2000, doubtMs: 5000 };

/**
 * `npm run bench -- followers`: 200 containers that write 10,000 lines a second together, through the followers to a store that takes everything at once: streams, splitting, reading,
 * joining, fair turns, checkpoints. The store's and the API server's own work are not part of it.
 */
export async function benchLogFollowers(): Promise<Figure[]> {
  console.log(`Following ${CONTAINERS} containers with ${LINES_PER_SECOND} lines a second for ${SECONDS} s ...`);
  const paced = await measure(LINES_PER_SECOND);
  console.log('Following the same as fast as it goes ...');
  const free = await measure(Number.POSITIVE_INFINITY);
  return [
    {
      name: 'followed lines of 10,000 a second',
      value: Math.round(paced.linesPerSecond),
      unit: 'lines/s',
      atLeast: 9900,
    },
    { name: 'of one core for that', value: Math.round(paced.cpuShare * 100), unit: '%' },
    { name: 'most time from written to stored', value: Math.round(paced.worstLagMs), unit: 'ms' },
    {
      name: 'followed lines at most',
      value: Math.round(free.linesPerSecond),
      unit: 'lines/s',
      atLeast: LINES_PER_SECOND,
    },
    { name: 'resident', value: Math.round(process.memoryUsage.rss() / 2 ** 20), unit: 'MiB', atMost: 1024 },
  ];
}

async function measure(linesPerSecond: number) {
  const clock = new SystemClock();
  const metrics = new CollectMetrics(new OwnMetrics());
  const podLogs = new PacedPodLogs(linesPerSecond / CONTAINERS);
  let lines = 0;
  let worstLagMs = 0;
  const append = (records: readonly LogRecord[]): Promise<readonly 'stored'[]> => {
    lines += records.length;
    const oldestMs = Number((records[0]?.timeNs ?? 0n) / 1_000_000n);
    worstLagMs = Math.max(worstLagMs, Date.now() - oldestMs);
    return Promise.resolve(records.map(() => 'stored' as const));
  };
  const collectors: ContainerCollector[] = [];
  const shipper: LineShipper = new LineShipper(() => collectors, { append }, clock, Log.silent());
  const openings = new FifoGate(8);
  for (let index = 0; index < CONTAINERS; index += 1) {
    const name = `c${index}`;
    const key = { namespace: 'bench', pod: name, podUid: name, container: 'main' };
    const run = { name: 'main', restartCount: 0, state: 'running' as const, containerId: name };
    const look = () => run;
    const facts = () => ({ node: 'node-1', workload: `Deployment/${name}`, labels: { app: name } });
    const onLines = () => shipper.wake();
    const parts = { podLogs, openings, clock, metrics, look, facts, noteGap: () => undefined, onLines, pauses: PAUSES };
    const collector = new ContainerCollector(key, undefined, { ...parts, random: Math.random });
    collectors.push(collector);
    collector.start();
  }
  const ending = new AbortController();
  const shipping = shipper.run(ending.signal);
  await pause(1000);
  const [startedAt, startedLines, cpu] = [performance.now(), lines, process.cpuUsage()];
  worstLagMs = 0;
  await pause(SECONDS * 1000);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const figures = {
    linesPerSecond: (lines - startedLines) / seconds,
    cpuShare: (user + system) / 1e6 / seconds,
    worstLagMs,
  };
  ending.abort(new Error('measured'));
  for (const collector of collectors) collector.stop('measured');
  await shipping;
  return figures;
}
