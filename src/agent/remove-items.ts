import { setTimeout as delay } from 'node:timers/promises';
import { recheckRemoval } from '../agents/core/recheck-removal.js';
import type { Recheck, RuntimeNow } from '../agents/core/recheck.js';
import type { ItemReport, RemovalItem, RemovalOrder, RemovalSummary, RemovalTarget } from '../agents/core/task.js';
import type { AgentNode } from './agent-node.js';
import { shortReason } from './core/short-reason.js';
import { waitForTurn } from './core/wait-for-turn.js';
import { freedBy, measured, type Freed } from './freed-by.js';
import type { RemovalResult } from './runtime-remover.port.js';
import type { TaskReporter } from './task-reporter.js';

/** When an acknowledgement took longer, what was checked before it is checked again. */
const STALE_CHECK_MS = 1_000;

const GONE_BY_EARLIER = 'an earlier attempt was removing it and could not tell; it is gone now';

/** What ends a removal before its last item, beside the order itself. */
export interface RemovalLimits {
  /** Aborted when the agent stops. */
  readonly stop: AbortSignal;
  /** So long the task may still take. */
  readonly endsInMs: number;
}

/** How it ended. `handedBack`: the agent stops, and what is left is another attempt's. */
export interface RemovalEnd {
  readonly outcome: 'done' | 'cancelled' | 'handedBack';
  readonly summary: RemovalSummary;
}

/**
 * Removes what an order names, in its order, each item checked right before: what is in use, protected, pinned or not as planned stays, and whatever is in doubt.
 *
 * That an item is about to be removed is noted by the server before it is removed. So whoever goes on after this process has died knows which item may be half done, and tells of it
 * truthfully: what was about to go and is not there was removed.
 */
export class RemoveItems {
  private readonly earlier: ReadonlyMap<string, RemovalOrder['earlier'][number]['state']>;
  private readonly imagesBegun: number[] = [];
  private readonly signal: AbortSignal;
  private readonly endsAtMs: number;
  private freedBytes = 0;
  private stoppedBecause: string | undefined;

  constructor(
    private readonly node: AgentNode,
    private readonly order: RemovalOrder,
    private readonly reporter: TaskReporter,
    private readonly limits: RemovalLimits,
  ) {
    this.earlier = new Map(order.earlier.map(({ key, state }) => [key, state]));
    this.signal = AbortSignal.any([limits.stop, reporter.lost]);
    this.endsAtMs = performance.now() + Math.min(order.deadlineMs, limits.endsInMs);
  }

  /** @throws AttemptLostError, and what the runtime throws when its lists cannot be had */
  async run(): Promise<RemovalEnd> {
    const availableBeforeBytes = await this.node.availableBytes();
    for (const item of this.order.items) {
      const earlier = this.earlier.get(item.key);
      if (earlier !== undefined && earlier !== 'removing') continue; // told by an earlier attempt
      if (item.target.kind === 'image') await this.waitForTurn();
      this.stoppedBecause ??= await this.whyStop();
      if (this.limits.stop.aborted) break;
      if (this.stoppedBecause === undefined) await this.one(item);
      else if (earlier === undefined) this.tell(item, 'notReached', this.stoppedBecause);
      else await this.tellBegun(item, this.stoppedBecause);
    }
    const availableAfterBytes = await measured(this.node.availableBytes());
    const { freedBytes, stoppedBecause } = this;
    return {
      outcome: this.limits.stop.aborted ? 'handedBack' : this.reporter.cancelled ? 'cancelled' : 'done',
      summary: {
        freedBytes,
        availableBeforeBytes,
        ...(availableAfterBytes === undefined ? {} : { availableAfterBytes }),
        ...(stoppedBecause === undefined ? {} : { stoppedBecause }),
      },
    };
  }

  private async one(item: RemovalItem): Promise<void> {
    if (!(await this.mayGo(item))) return;
    const checkedAtMs = performance.now();
    this.tell(item, 'removing', item.because);
    try {
      await this.reporter.flush(this.signal);
    } catch (error) {
      if (this.limits.stop.aborted) return this.tell(item, 'notReached', 'the agent was stopped before it');
      throw error;
    }
    if (performance.now() - checkedAtMs > STALE_CHECK_MS && !(await this.mayStillGo(item))) return;
    if (item.target.kind === 'image') this.imagesBegun.push(performance.now());
    const { result, freedBytes } = await this.removed(item.target);
    if (result.outcome === 'removed') {
      this.freedBytes += freedBytes ?? 0;
      return this.tell(item, 'removed', result.because || item.because, freedBytes);
    }
    this.tell(item, result.outcome, result.because);
  }

  /** The same once more, of an item of which it was told that it is about to go: when it does not go, that is told. */
  private async mayStillGo(item: RemovalItem): Promise<boolean> {
    try {
      const why = await this.whyStop();
      if (why === undefined) return await this.mayGo(item);
      this.tell(item, 'notReached', why);
      return false;
    } catch (error) {
      this.tell(item, 'notReached', `it could not be checked again: ${(error as Error).message}`);
      throw error;
    }
  }

  /** Whether the item is still as planned; when not, that is told. */
  private async mayGo(item: RemovalItem): Promise<boolean> {
    const check: Recheck = recheckRemoval(item, await this.readNow(), this.order.keepImages);
    if (check.go) return true;
    if (check.as === 'absent' && this.earlier.get(item.key) === 'removing') this.tell(item, 'removed', GONE_BY_EARLIER);
    else this.tell(item, check.as, check.because);
    return false;
  }

  /** Of an item that an earlier attempt was removing, when nothing more may be removed: it is gone, or nothing more is done to it. */
  private async tellBegun(item: RemovalItem, stoppedBecause: string): Promise<void> {
    const check = recheckRemoval(item, await this.readNow(), this.order.keepImages);
    const isGone = !check.go && check.as === 'absent';
    if (isGone) this.tell(item, 'removed', GONE_BY_EARLIER);
    else this.tell(item, 'notReached', stoppedBecause);
  }

  private async readNow(): Promise<RuntimeNow> {
    const { runtime, nowMs } = this.node;
    const takenAtMs = nowMs();
    const [{ sandboxImage }, images, containers, sandboxes] = await Promise.all([
      runtime.describe(),
      runtime.listImages(),
      runtime.listContainers(),
      runtime.listSandboxes(),
    ]);
    return { takenAtMs, images, containers, sandboxes, ...(sandboxImage === undefined ? {} : { sandboxImage }) };
  }

  private removed(target: RemovalTarget): Promise<Freed<RemovalResult>> {
    const settles = target.kind === 'image'; // the runtime gives an image's space back when it gets to it
    const remove = async (): Promise<RemovalResult> => {
      try {
        return await this.remove(target);
      } catch (error) {
        return { outcome: 'failed', because: `it may be there or not: ${(error as Error).message}` };
      }
    };
    return freedBy(remove, this.node.availableBytes, { settles });
  }

  private remove(target: RemovalTarget): Promise<RemovalResult> {
    const { remover, removeLog } = this.node;
    if (target.kind === 'image') return remover.removeImage(target.id);
    if (target.kind === 'container') return remover.removeContainer(target.id);
    return target.kind === 'sandbox' ? remover.removeSandbox(target.id) : removeLog(target.path);
  }

  /** Why nothing more may be removed, as a sentence. */
  private async whyStop(): Promise<string | undefined> {
    const { stopAtFreedBytes } = this.order;
    if (this.reporter.cancelled) return 'the task was cancelled';
    if (performance.now() >= this.endsAtMs) return 'the time for the task was over';
    if (stopAtFreedBytes !== undefined && this.freedBytes >= stopAtFreedBytes) return 'enough was freed';
    return this.node.whyNotNow();
  }

  /** Waits as the pace demands, and no longer than there is reason to. */
  private async waitForTurn(): Promise<void> {
    for (;;) {
      if (this.stoppedBecause !== undefined || this.signal.aborted || this.reporter.cancelled) return;
      const nowMs = performance.now();
      const waitMs = waitForTurn(this.imagesBegun, this.order.imagesPerMinute, nowMs);
      if (waitMs === 0 || nowMs >= this.endsAtMs) return;
      await delay(Math.min(waitMs, 1_000), undefined, { signal: this.signal }).catch(() => undefined); // the loop looks why
    }
  }

  private tell(item: RemovalItem, state: ItemReport['state'], because: string, freedBytes?: number): void {
    const freed = freedBytes === undefined ? {} : { freedBytes };
    this.reporter.tell({
      key: item.key,
      state,
      because: shortReason(because),
      atMs: this.node.nowMs(),
      ...freed,
    });
  }
}
