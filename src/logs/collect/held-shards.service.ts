import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { LOG_COLLECT_OPTIONS, type LogCollectOptions } from './log-collect-options.js';
import { LogShards } from './log-shards.port.js';

const CLAIM_EVERY_MS = 5000;
const LEASE_MS = 20_000;

/** The shards that this worker holds. */
@Injectable()
export class HeldShards {
  private held = new Set<number>();
  private surplus = new Set<number>();
  private claimedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly shards: LogShards,
    private readonly clock: Clock,
    @Inject(LOG_COLLECT_OPTIONS) private readonly options: Pick<LogCollectOptions, 'worker'>,
  ) {}

  /** Whether this worker may write for the shard. */
  holds(shard: number): boolean {
    return this.held.has(shard) && this.clock.now() - this.claimedAtMs < LEASE_MS;
  }

  /** Whether it may begin to. */
  keeps(shard: number): boolean {
    return this.holds(shard) && !this.surplus.has(shard);
  }

  /** Renews what is held, when it is time. */
  async renew(): Promise<void> {
    const nowMs = this.clock.now();
    if (nowMs - this.claimedAtMs < CLAIM_EVERY_MS) return;
    const { held, surplus } = await this.shards.claim(this.options.worker, LEASE_MS);
    [this.held, this.surplus, this.claimedAtMs] = [new Set(held), new Set(surplus), nowMs];
  }

  /** Gives back what other workers wait for. @param inUse shards whose containers are not at rest yet */
  async giveBack(inUse: ReadonlySet<number>): Promise<void> {
    const free = [...this.surplus].filter((shard) => !inUse.has(shard));
    if (free.length === 0) return;
    for (const shard of free) this.drop(shard);
    await this.shards.release(this.options.worker, free, false);
  }

  /** It turned out to be another's. */
  drop(shard: number): void {
    this.held.delete(shard);
    this.surplus.delete(shard);
  }

  async leave(): Promise<void> {
    const all = [...this.held];
    this.held.clear();
    await this.shards.release(this.options.worker, all, true);
  }
}
