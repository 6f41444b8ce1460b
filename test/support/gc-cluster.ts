import { expect } from '@jest/globals';
import type { InventoryImage } from '../../src/agents/core/inventory.js';
import type { GcPlanView } from '../../src/gc/plans/gc-plan.schema.js';
import type { GcRemovalView } from '../../src/gc/removals/gc-removal.schema.js';
import type { GcRunNodeView, GcRunView } from '../../src/gc/runs/gc-run.schema.js';
import type { Page } from '../../src/platform/http/paging.js';
import { eventually } from './eventually.js';
import { GcApp, Outside } from './gc-app.js';
import { openPgliteRecords, type TestRecords } from './records.js';
import type { SimulatedNode } from './simulated-agents.js';

type Call = Awaited<ReturnType<GcApp['caller']>>;

export const GB = 1_000_000_000;

export function anImage(name: string, more: Partial<InventoryImage> = {}): InventoryImage {
  return {
    id: `sha256:${name.replaceAll(/\W/g, '')}`,
    repoTags: [`registry.example/${name}`],
    repoDigests: [],
    sizeBytes: GB,
    pinned: false,
    ...more,
  };
}

/** A policy that removes what is in `old/`. */
export function aPolicy(name: string, nodes: string[], more: object = {}) {
  const rule = { action: 'remove', name: 'old-builds', match: { repository: { glob: 'old/**' } } };
  return { name, nodes: { names: nodes }, images: { minAge: '0s', rules: [rule] }, ...more };
}

export function isOver({ state }: GcRunView): boolean {
  return state !== 'queued' && state !== 'running';
}

/** Garbage collection with an operator and a viewer, and a cluster that tests add nodes to. */
export class GcCluster {
  private nodes = 0;

  private constructor(
    readonly gc: GcApp,
    readonly records: TestRecords,
    readonly operator: Call,
    readonly viewer: Call,
  ) {}

  static async boot(): Promise<GcCluster> {
    const records = await openPgliteRecords();
    const gc = await GcApp.boot(records.database, new Outside());
    return new GcCluster(gc, records, await gc.caller('operator'), await gc.caller('viewer'));
  }

  get nextNode(): string {
    return `node-${String(this.nodes + 1)}`;
  }

  /** A node of the cluster with an agent and these images, and a policy `for-<node>`. */
  async newNode(...images: InventoryImage[]): Promise<SimulatedNode> {
    const name = this.nextNode;
    this.nodes += 1;
    this.gc.outside.watch.put('nodes', { metadata: { name } });
    const [node] = await this.gc.agents.add(name);
    if (!node) throw new Error('no node');
    node.images = images;
    expect(await this.operator('POST', '/policies', aPolicy(`for-${name}`, [name]))).toMatchObject({ status: 201 });
    const isKnown = async () => (await this.operator('POST', '/plans', { policy: `for-${name}` })).status === 201;
    await eventually('the node is known', isKnown);
    return node;
  }

  async plan(policy: string): Promise<GcPlanView> {
    return (await this.operator<GcPlanView>('POST', '/plans', { policy })).body;
  }

  async run(id: string): Promise<GcRunView> {
    return (await this.viewer<GcRunView>('GET', `/runs/${id}`)).body;
  }

  async nodesOf(run: string): Promise<GcRunNodeView[]> {
    return (await this.viewer<Page<GcRunNodeView>>('GET', `/runs/${run}/nodes`)).body.items;
  }

  async removals(query: string): Promise<GcRemovalView[]> {
    return (await this.viewer<Page<GcRemovalView>>('GET', `/removals?${query}`)).body.items;
  }

  async start(body: object): Promise<GcRunView> {
    const { status, body: run } = await this.operator<GcRunView>('POST', '/runs', body);
    expect(status).toBe(202);
    return run;
  }

  /** Starts a run and waits for its end. */
  async carryOut(body: object): Promise<GcRunView> {
    const { id } = await this.start(body);
    await eventually('the run is over', async () => isOver(await this.run(id)));
    return this.run(id);
  }

  async close(): Promise<void> {
    await this.gc.close();
    await this.records.close();
  }
}
