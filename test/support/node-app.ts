import type { AddressInfo } from 'node:net';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import { HttpKubeletSource } from '../../src/adapters/kubelet/kubelet-source.http.js';
import { KubernetesClusterWatch } from '../../src/adapters/kubernetes/cluster-watch.kubernetes.js';
import { AgentFindings, type Found } from '../../src/agents/agent-findings.service.js';
import type { Inventory } from '../../src/agents/core/inventory.js';
import type { Machine } from '../../src/agents/core/machine.js';
import { ClusterView } from '../../src/cluster/cluster-view.js';
import { ClusterFacts } from '../../src/metrics/collect/cluster-facts.port.js';
import { ClusterViewFacts } from '../../src/metrics/collect/cluster-view-facts.js';
import { CollectNode } from '../../src/metrics/collect/collect-node.service.js';
import { CustomMetrics } from '../../src/metrics/collect/custom-metrics.service.js';
import { type Cycle, CycleRecords } from '../../src/metrics/collect/cycle-records.port.js';
import { KubeletSource } from '../../src/metrics/collect/kubelet.port.js';
import { MetricReader } from '../../src/metrics/metric-store.port.js';
import { NodeModule } from '../../src/metrics/node/node.module.js';
import { Clock } from '../../src/platform/clock.js';
import { readConfig } from '../../src/platform/config.js';
import { createApp } from '../../src/platform/http/create-app.js';
import { Log } from '../../src/platform/log.js';
import { OwnMetrics } from '../../src/platform/own-metrics.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { Readiness } from '../../src/platform/readiness.js';
import { apiOf } from './cluster-client.js';
import { eventually } from './eventually.js';
import { MemoryMetricStore } from './memory-metric-store.js';
import { streamsOf, WatchedCaller } from './watched-caller.js';

const MINUTE = 60_000;
const OPTIONS = {
  resolutionMs: MINUTE,
  shardNodes: 5,
  concurrency: 4,
  shardDeadlineMs: 30_000,
  customMetrics: [],
  customMaxSeries: 100,
};

/** The routes of single nodes over a simulated cluster whose time a test moves by hand, with a metric store that real collections fill. */
export class NodeApp {
  nowMs = Math.floor(Date.now() / MINUTE) * MINUTE;
  /** What the records of cycles say; a test puts its own in. */
  cycles: Cycle[] = [];
  readonly store = new MemoryMetricStore();
  readonly caller = new WatchedCaller();
  /** What agents told, by node; a test puts its own in. */
  readonly told = { inventories: new Map<string, Found<Inventory>>(), machines: new Map<string, Found<Machine>>() };
  private readonly findings: Pick<AgentFindings, 'inventory' | 'machine'> = {
    inventory: async (node) => this.told.inventories.get(node),
    machine: async (node) => this.told.machines.get(node),
  };
  cluster!: SimulationFixture;
  view!: ClusterView;
  app!: NestFastifyApplication;
  private collector!: CollectNode;
  private readonly readings = new Map<string, Buffer>();
  private readonly opened = new AsyncDisposableStack();

  static async start(environment: Record<string, string> = {}): Promise<NodeApp> {
    const started = new NodeApp();
    await started.open(environment);
    return started;
  }

  /** The address of a path below `/api/v1/nodes/`. */
  url(path: string): string {
    const { port } = this.app.getHttpServer().address() as AddressInfo;
    return `http://127.0.0.1:${port}/api/v1/nodes/${path}`;
  }

  /** Reads the cluster, and waits until it is there. */
  async sync(): Promise<void> {
    this.view.start();
    await eventually('the cluster is known', () => this.view.whenSynced(10_000));
  }

  /** Moves on by some cycles of a minute, and collects the nodes in each. */
  async collect(cycles: number, nodes = this.view.nodes().map(({ name }) => name)): Promise<void> {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      this.nowMs += MINUTE;
      for (const node of nodes) {
        const append = this.store.writer.begin(this.nowMs);
        const prev = this.readings.get(node);
        const reading = await this.collector.collect(node, this.nowMs, prev, undefined, (samples) =>
          append.add({ scope: node, samples }),
        );
        this.readings.set(node, reading);
        await append.commit();
      }
    }
  }

  /** Brings the cluster's Jobs up to the time, and waits until the view has it all: until the time moves on nothing changes. */
  async settle(): Promise<void> {
    this.cluster.simulation.tick();
    const namesOf = (pods: readonly { namespace: string; name: string }[]) =>
      pods
        .map(({ namespace, name }) => `${namespace}/${name}`)
        .sort()
        .join();
    await eventually(
      'the view has all pods',
      () => namesOf(this.view.pods()) === namesOf(this.cluster.simulation.truth.pods()),
    );
  }

  async close(): Promise<void> {
    await this.opened.disposeAsync();
  }

  private async open(environment: Record<string, string>): Promise<void> {
    const now = () => this.nowMs;
    this.cluster = await SimulationFixture.start({ now });
    this.opened.defer(() => this.cluster.close());
    const { simulation } = this.cluster;
    const api = apiOf(simulation.kubeconfigPath);
    this.opened.defer(() => api.close());
    const clock = new (class extends Clock {
      override now = now;
    })();
    const system = new (class extends Clock {
      override now = () => Date.now();
    })();
    const options = { firstBackoffMs: 5, maxBackoffMs: 50 };
    this.view = new ClusterView(new KubernetesClusterWatch(api), system, new Readiness(system), Log.silent(), options);
    this.opened.defer(() => this.view.stop());
    const kubelets = new HttpKubeletSource({
      credentials: async () => ({ authorization: `Bearer ${simulation.tokens.collector}`, ca: simulation.ca }),
      insecureTls: false,
      keptConnections: 0,
      timeoutMs: 2000,
      maxBodyBytes: 8 * 1024 ** 2,
      now,
    });
    this.opened.defer(() => kubelets.close());
    const facts = new ClusterViewFacts(this.view);
    const custom = new CustomMetrics(kubelets, OPTIONS, new OwnMetrics(), Log.silent());
    this.collector = new CollectNode(kubelets, facts, custom, clock, OPTIONS);
    const providers = [
      { provide: Clock, useValue: clock },
      { provide: ClusterView, useValue: this.view },
      { provide: ClusterFacts, useValue: facts },
      { provide: KubeletSource, useValue: kubelets },
      { provide: MetricReader, useValue: this.store.reader },
      { provide: CycleRecords, useValue: { list: async () => this.cycles } },
      { provide: AgentFindings, useValue: this.findings },
      ...streamsOf(this.caller),
    ];
    @Global()
    @Module({ providers, exports: providers })
    class PortsModule {}
    @Module({})
    class RootModule {}
    const config = readConfig(environment);
    const imports = [PlatformModule.with(config, Log.silent()), PortsModule, NodeModule];
    this.app = await createApp({ module: RootModule, imports }, config, Log.silent());
    this.app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', (request, _reply, done) => {
        request.caller = { name: 'test', kind: 'token', role: 'viewer' };
        done();
      });
    await this.app.listen(0, '127.0.0.1');
    this.opened.defer(() => this.app.close());
  }
}
