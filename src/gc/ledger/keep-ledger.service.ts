import { Inject, Injectable } from '@nestjs/common';
import { AgentFindings } from '../../agents/agent-findings.service.js';
import { AgentTasks } from '../../agents/agent-tasks.service.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { AgentPresence } from '../plans/agent-presence.service.js';
import { ImageLedger, startsOf } from './image-ledger.service.js';

const INVENTORY_LIMIT_MS = 60_000;

/** What of a node was taken in by this process: no more than a hint that saves work, the ledger itself takes everything once. */
interface Taken {
  readonly inventoryAtMs: number;
  readonly startsUntilMs: number;
}

/** Keeps the ledger up with new inventories and with containers that have started, and has inventories taken that are due. */
@Injectable()
export class KeepLedger {
  readonly #taken = new Map<string, Taken>();

  constructor(
    private readonly findings: AgentFindings,
    private readonly tasks: AgentTasks,
    private readonly presence: AgentPresence,
    private readonly ledger: ImageLedger,
    private readonly view: ClusterView,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'gcInventoryIntervalMs'>,
  ) {}

  /** One look at all nodes. */
  async keep(signal: AbortSignal): Promise<{ taken: number; asked: number }> {
    const heads = await this.findings.inventoryHeads();
    let taken = 0;
    for (const { node, takenAtMs } of heads) {
      signal.throwIfAborted();
      if (await this.#takeIn(node, takenAtMs)) taken += 1;
    }
    return { taken, asked: await this.#askWhereDue(new Map(heads.map((head) => [head.node, head.receivedAtMs]))) };
  }

  async #takeIn(node: string, inventoryAtMs: number): Promise<boolean> {
    const starts = this.view.podsOnNode(node).flatMap(startsOf);
    const startsUntilMs = starts.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
    const before = this.#taken.get(node);
    if (before && before.inventoryAtMs >= inventoryAtMs && before.startsUntilMs >= startsUntilMs) return false;
    const found = await this.findings.inventory(node);
    if (found) await this.ledger.takeIn(found);
    this.#taken.set(node, { inventoryAtMs, startsUntilMs });
    return found !== undefined;
  }

  /** The task of a node and an interval has one name: however many processes look, it is asked for once. */
  async #askWhereDue(receivedAtMs: ReadonlyMap<string, number>): Promise<number> {
    const nowMs = this.clock.now();
    const intervalMs = this.config.gcInventoryIntervalMs;
    const nodes = this.view.nodes().map(({ name }) => name);
    const due = nodes.filter((node) => nowMs - (receivedAtMs.get(node) ?? -Infinity) >= intervalMs);
    const away = await this.presence.whyNotEach(due, 'inventory');
    const tasks = due
      .filter((node) => !away.has(node))
      .map((node) => ({
        kind: 'inventory' as const,
        id: `gc-ledger/${Math.floor(nowMs / intervalMs)}/${node}`.slice(0, 200),
        node,
        deadlineAtMs: nowMs + INVENTORY_LIMIT_MS,
      }));
    return tasks.length === 0 ? 0 : this.tasks.add(tasks);
  }
}
