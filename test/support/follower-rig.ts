import { eventually } from './eventually.js';
import { ScriptedPodLogs } from './scripted-pod-logs.js';
import { MemoryLogStore } from './memory-log-store.js';
import type { ContainerRun } from '../../src/cluster/core/cluster-objects.js';
import { SystemClock } from '../../src/platform/clock.js';
import { FifoGate } from '../../src/platform/fifo-gate.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import type { LogWriter } from '../../src/logs/store/log-store.port.js';
import { CollectMetrics } from '../../src/logs/collect/collect-metrics.js';
import { ContainerCollector } from '../../src/logs/collect/container-collector.js';
import type { FollowedContainer, NotedGap } from '../../src/logs/collect/followed-container.js';
import { LineShipper } from '../../src/logs/collect/line-shipper.js';

export const KEY = { namespace: 'shop', pod: 'web-1', podUid: 'u1', container: 'web' };
export const T0 = BigInt(Date.now()) * 1_000_000n;
/** A line so many ms, and ns, after `T0`. */
export const at = (ms: number, text: string, ns = 0) => ({ timeNs: T0 + BigInt(ms) * 1_000_000n + BigInt(ns), text });
const PAUSES = { openMs: 20, waitMs: 5, firstMs: 5, maxMs: 20, idleMs: 30, doubtMs: 50 };
const METRICS = new CollectMetrics(new OwnMetrics());

/** A container of a cluster, and a worker that follows it, which can be killed and started again. */
export class FollowerRig {
  readonly logs = new ScriptedPodLogs();
  readonly store = new MemoryLogStore();
  readonly gaps: NotedGap[] = [];
  container: ContainerRun | undefined = { name: 'web', restartCount: 0, state: 'running', containerId: 'c0' };
  collector: ContainerCollector | undefined;
  /** What the records have: as of the last `save`. */
  saved: FollowedContainer | undefined;
  writer: Pick<LogWriter, 'append'> = this.store;
  openings = new FifoGate(4);
  private stopping = new AbortController();
  private shipper: LineShipper | undefined;
  private shipping: Promise<void> | undefined;

  start(): this {
    const clock = new SystemClock();
    const stopping = new AbortController();
    this.stopping = stopping;
    const writer = { append: (records: readonly LogRecord[]) => this.writer.append(records) };
    const shipper: LineShipper = new LineShipper(
      () => (this.collector ? [this.collector] : []),
      writer,
      clock,
      Log.silent(),
    );
    this.collector = new ContainerCollector(KEY, this.saved, {
      podLogs: this.logs,
      openings: this.openings,
      clock,
      metrics: METRICS,
      look: () => this.container,
      facts: () => ({ node: 'node-1', workload: 'Deployment/web', labels: { app: 'web' } }),
      noteGap: (gap) => this.gaps.push(gap),
      onLines: () => shipper.wake(),
      pauses: PAUSES,
      random: () => 0.5,
    });
    this.collector.start();
    this.shipper = shipper;
    this.shipping = shipper.run(stopping.signal);
    return this;
  }

  save(): void {
    this.saved = this.snapshot();
  }

  snapshot(): FollowedContainer {
    if (!this.collector) throw new Error('Nothing runs');
    return this.collector.snapshot(Date.now(), undefined);
  }

  /** As SIGKILL does: what was not saved is forgotten. */
  async kill(): Promise<void> {
    this.stopping.abort(new Error('killed'));
    this.collector?.stop('killed');
    this.shipper?.wake();
    await this.shipping;
  }

  /** A worker that was killed after it had stored this line, and noted that in the records. */
  async diedBehind(line: ReturnType<typeof at>): Promise<void> {
    this.start();
    this.logs.write(line);
    await this.has(line.text);
    this.save();
    await this.kill();
  }

  /** The next life begins. */
  restart(restart: number): void {
    this.logs.restart();
    this.container = {
      name: 'web',
      restartCount: restart,
      state: 'running',
      containerId: `c${restart}`,
      endedContainerId: `c${restart - 1}`,
    };
  }

  async messages(): Promise<string[]> {
    return (await this.records()).map(({ message }) => message);
  }

  async records(): Promise<LogRecord[]> {
    const span = { fromNs: 0n, toNs: T0 * 2n };
    const { lines } = await this.store.search({ filter: { terms: [] }, span, order: 'oldest', limit: 1000 });
    return lines.map(({ record }) => record);
  }

  async has(...messages: string[]): Promise<void> {
    await eventually(
      `the lines ${messages.join(', ')}`,
      async () => (await this.messages()).join() === messages.join(),
    );
  }
}
