import { Injectable } from '@nestjs/common';
import { AgentFindings } from '../../agents/agent-findings.service.js';
import { ClusterView } from '../../cluster/cluster-view.js';
import { Clock } from '../../platform/clock.js';
import { ImageLedger, startsOf } from './image-ledger.service.js';

/** What of a node was taken in by this process: no more than a hint that saves work, the ledger itself takes everything once. */
interface Taken {
  readonly receivedAtMs: number;
  readonly startsUntilMs: number;
}

/** Keeps the ledger up with new inventories and with containers that have started. */
@Injectable()
export class KeepLedger {
  readonly #taken = new Map<string, Taken>();

  constructor(
    private readonly findings: AgentFindings,
    private readonly ledger: ImageLedger,
    private readonly view: ClusterView,
    private readonly clock: Clock,
  ) {}

  /**
   * One look at all nodes that have ever told their inventory; gives how many had news. One that cannot be read costs no other node's ledger.
   * @throws AggregateError, after the others, with a failure a node
   */
  async keep(signal: AbortSignal): Promise<number> {
    const heads = await this.findings.inventoryHeads();
    const failures: Error[] = [];
    let taken = 0;
    for (const { node, receivedAtMs } of heads) {
      signal.throwIfAborted();
      try {
        if (await this.#takeIn(node, receivedAtMs)) taken += 1;
      } catch (error) {
        failures.push(new Error(`${node}: ${(error as Error).message}`, { cause: error }));
      }
    }
    const [first] = failures;
    if (!first) return taken;
    throw new AggregateError(
      failures,
      `${failures.length} of ${heads.length} nodes are not in the ledger as they are: ${first.message}`,
    );
  }

  async #takeIn(node: string, receivedAtMs: number): Promise<boolean> {
    const starts = this.view.podsOnNode(node).flatMap(startsOf);
    const nowMs = this.clock.now();
    const startsUntilMs = starts.reduce(
      (latest, { startedAtMs }) => (startedAtMs > nowMs ? latest : Math.max(latest, startedAtMs)), // those in the future do not count yet
      0,
    );
    const before = this.#taken.get(node);
    if (before && before.receivedAtMs === receivedAtMs && before.startsUntilMs >= startsUntilMs) return false;
    const found = await this.findings.inventory(node);
    if (found) await this.ledger.takeIn(found);
    this.#taken.set(node, { receivedAtMs, startsUntilMs });
    return found !== undefined;
  }
}
