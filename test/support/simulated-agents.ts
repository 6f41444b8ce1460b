import { setTimeout as delay } from 'node:timers/promises';
import { AgentRecords } from '../../src/agents/agent-records.port.js';
import { AgentWorkRecords, type Attempt, type TakenTask } from '../../src/agents/agent-work-records.port.js';
import type { Inventory, InventoryContainer, InventoryImage } from '../../src/agents/core/inventory.js';
import { recheckRemoval } from '../../src/agents/core/recheck-removal.js';
import type { ItemReport, RemovalItem, RemovalOrder } from '../../src/agents/core/task.js';
import { packFinding } from '../../src/agents/pack-finding.js';
import { TaskBell } from '../../src/agents/task-bell.js';

const LOOK_EVERY_MS = 15;
const LEASE_MS = 60_000;

/** A node's runtime in memory. What its images take is their size. */
export class SimulatedNode {
  images: InventoryImage[] = [];
  containers: InventoryContainer[] = [];
  failed: Inventory['failed'] = [];
  capacityBytes = 100_000_000_000;
  otherBytes = 0;
  /** Of its clock. */
  clockAheadMs = 0;
  /** Whether its agent is there. */
  isHere = true;
  /** Done before an item is removed; an agent that is to die throws. */
  beforeItem: (item: RemovalItem) => Promise<void> | void = () => undefined;
  /** Removals that its runtime refuses, by key. */
  readonly refusing = new Set<string>();
  readonly removed: string[] = [];
  /** What its agent was asked to remove. */
  readonly orders: RemovalOrder[] = [];

  constructor(readonly name: string) {}

  get availableBytes(): number {
    return this.capacityBytes - this.otherBytes - this.images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  nowMs(): number {
    return Date.now() + this.clockAheadMs;
  }

  inventory(): Inventory {
    const { name: node, images, containers, failed, capacityBytes, availableBytes } = this;
    const fileSystem = { holds: 'image' as const, mountpoint: '/var/lib/containerd', capacityBytes, availableBytes };
    const runtime = { name: 'containerd', version: '2.1.0' };
    const lists = { images, containers, sandboxes: [], fileSystems: [fileSystem], logs: [], failed };
    return { node, takenAtMs: this.nowMs(), runtime, ...lists };
  }

  /** @returns what became of it */
  remove(item: RemovalItem, keepImages: readonly string[]): Omit<ItemReport, 'key' | 'atMs'> {
    const checked = recheckRemoval(item, this.inventory(), keepImages);
    if (!checked.go) return { state: checked.as, because: checked.because };
    if (this.refusing.has(item.key)) return { state: 'failed', because: 'the runtime refused' };
    const before = this.availableBytes;
    this.removed.push(item.key);
    const { target } = item;
    if (target.kind === 'image') this.images = this.images.filter(({ id }) => id !== target.id);
    if (target.kind === 'container') this.containers = this.containers.filter(({ id }) => id !== target.id);
    return { state: 'removed', because: 'removed', freedBytes: this.availableBytes - before };
  }
}

/** The agent has died: it tells nothing more. */
export class AgentDied extends Error {}

/** Agents of simulated nodes, over the records that real ones reach through HTTP. */
export class SimulatedAgents {
  readonly nodes = new Map<string, SimulatedNode>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private readonly busy = new Set<Promise<void>>();

  constructor(
    private readonly work: AgentWorkRecords,
    private readonly agents: AgentRecords,
    private readonly bell: TaskBell,
  ) {}

  async add(...names: readonly string[]): Promise<SimulatedNode[]> {
    const runtime = { name: 'containerd', version: '2.1.0' };
    for (const node of names) {
      this.nodes.set(node, new SimulatedNode(node));
      const hello = { node, instance: node, version: '1', runtime, allows: ['inventory', 'gc'] as const };
      await this.agents.hello(hello, Date.now());
    }
    this.running ??= this.loop();
    return names.map((name) => this.nodes.get(name) as SimulatedNode);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all(this.busy);
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const here = [...this.nodes.values()].filter(({ isHere }) => isHere).map(({ name }) => name);
      await this.agents.seen(here, Date.now());
      for (const { id, node } of await this.work.available(here, Date.now())) {
        const taken = await this.work.take({ task: id, node }, node, Date.now(), LEASE_MS);
        if (!taken) continue;
        const done = this.carryOut(node, taken).finally(() => this.busy.delete(done));
        this.busy.add(done);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  private async carryOut(name: string, task: TakenTask): Promise<void> {
    const node = this.nodes.get(name) as SimulatedNode;
    const attempt = { task: task.id, node: name, attempt: task.attempt };
    try {
      if (task.kind === 'remove') await this.removal(node, attempt, task);
      else {
        const body = node.inventory();
        const finding = { takenAtMs: body.takenAtMs, body: await packFinding(body) };
        await this.work.finish(attempt, { to: 'done', finding }, Date.now());
      }
      this.bell.ringEnd();
    } catch (error) {
      if (!(error instanceof AgentDied)) throw error;
    }
  }

  private async removal(node: SimulatedNode, attempt: Attempt, { order }: TakenTask): Promise<void> {
    if (order) node.orders.push(order);
    const availableBeforeBytes = node.availableBytes;
    let sequence = 0;
    let isCancelled = false;
    const tell = async (report: ItemReport): Promise<void> => {
      const noted = await this.work.report(attempt, { sequence: ++sequence, items: [report] }, Date.now(), LEASE_MS);
      if (typeof noted === 'string') throw new AgentDied(noted);
      isCancelled = noted.cancelRequested;
    };
    for (const item of order?.items ?? []) {
      const { key } = item;
      if (!isCancelled) {
        await node.beforeItem(item);
        await tell({ key, state: 'removing', because: item.because, atMs: node.nowMs() });
      }
      const outcome = isCancelled
        ? { state: 'notReached' as const, because: 'cancelled' }
        : node.remove(item, order?.keepImages ?? []);
      await tell({ key, atMs: node.nowMs(), ...outcome });
    }
    const summary = {
      freedBytes: node.availableBytes - availableBeforeBytes,
      availableBeforeBytes,
      availableAfterBytes: node.availableBytes,
      ...(isCancelled ? { stoppedBecause: 'cancelled' } : {}),
    };
    await this.work.finish(attempt, { to: isCancelled ? 'cancelled' : 'done', summary }, Date.now());
  }
}
