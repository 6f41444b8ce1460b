import { MetricUpkeep, type MetricStoreState } from '../../metrics/metric-upkeep.port.js';
import type { TierName } from '../../metrics/metric-store.port.js';
import { DiskNearlyFull } from './disk-probe.js';
import type { DuckdbMetricStore } from './metric-store.duckdb.js';

/** Upkeep of the embedded store: closed days and rolled-up tiers are Parquet files, finished hours of open days sorted tables. */
export class DuckdbMetricUpkeep extends MetricUpkeep {
  constructor(private readonly store: DuckdbMetricStore) {
    super();
  }

  /** As `closeDays`: a damaged file would be carried into the coarser tiers. Then sorts the hours that are over, which a disk that is nearly full has no room for. */
  override async rollUp(untilMs: number): Promise<number> {
    await this.store.lookForDamage();
    const days = await this.store.rollUp(untilMs);
    if ((await this.store.refusal()) === undefined) await this.store.sortHours(untilMs);
    return days.length;
  }

  /** Files of closed days are looked at first, so that a damaged one is not made part of a new one. */
  override async closeDays(beforeMs: number): Promise<number> {
    await this.store.lookForDamage();
    return (await this.store.closeDays(beforeMs)).length;
  }

  override async dropBefore(tier: TierName, beforeMs: number): Promise<number> {
    return (await this.store.dropBefore(tier, beforeMs)).length;
  }

  override shrinkTo(maxBytes: number): Promise<number> {
    return this.store.shrinkTo(maxBytes);
  }

  override async state(): Promise<MetricStoreState> {
    const { bytesOnDisk } = await this.store.stats();
    const refusal = await this.refusal();
    const damage = await this.store.damage();
    return {
      bytesOnDisk,
      ...(refusal === undefined ? {} : { refusal }),
      ...(damage === undefined ? {} : { damage: { files: damage.files, what: damage.what } }),
    };
  }

  /** Shown in `/readyz`, which is open to anyone: no path in it. */
  private async refusal(): Promise<string | undefined> {
    try {
      await this.store.writer.refuseWhenFull();
      return undefined;
    } catch (error) {
      if (!(error instanceof DiskNearlyFull)) throw error;
      const percent = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`;
      return `The data disk is ${percent(error.usedRatio)} full; collection stops at ${percent(error.limitRatio)}: free some space`;
    }
  }
}
