import type { TierName } from '../metric-store.port.js';
import { MetricUpkeep, type MetricStoreState } from '../metric-upkeep.port.js';

/** The upkeep of a store behind a spool: while it is away collection goes on, for what is collected waits. `/readyz` tells of that as the part `metric spool`. */
export class SpoolingMetricUpkeep extends MetricUpkeep {
  constructor(private readonly store: MetricUpkeep) {
    super();
  }

  override closeDays(beforeMs: number): Promise<number> {
    return this.store.closeDays(beforeMs);
  }

  override rollUp(untilMs: number): Promise<number> {
    return this.store.rollUp(untilMs);
  }

  override dropBefore(tier: TierName, beforeMs: number): Promise<number> {
    return this.store.dropBefore(tier, beforeMs);
  }

  override shrinkTo(maxBytes: number): Promise<number> {
    return this.store.shrinkTo(maxBytes);
  }

  override async state(): Promise<MetricStoreState> {
    try {
      return await this.store.state();
    } catch {
      return {}; // nothing is refused: it waits
    }
  }
}
