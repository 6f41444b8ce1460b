import type { DuckDBConnection } from '@duckdb/node-api';
import { dayOf, type Layout } from './metric-layout.js';
import { bucketOf, ROLLED_TIERS } from './rolled-columns.js';

/**
 * What comes for a time that is rolled up already (a late sample, or one that is written again): the tiers are complete only up to there from then on, readers
 * take finer rows, and the next roll-up makes the rest again. What comes for a day that the retention took from the raw tier changes nothing.
 */
export class LateSamples {
  private earliestMs = Number.POSITIVE_INFINITY;

  /** To be called when a roll-up begins to read: `earliest` is from then on. Between two appends. */
  watch(): void {
    this.earliestMs = Number.POSITIVE_INFINITY;
  }

  /** The earliest cycle that was written since `watch`; a roll-up that read meanwhile may lack it. */
  get earliest(): number {
    return this.earliestMs;
  }

  /** In the transaction of an append. @returns whether the layout has changed */
  async note(connection: DuckDBConnection, layout: Layout, cycleAtMs: number): Promise<boolean> {
    if (dayOf(cycleAtMs) < (layout.droppedBefore.get('raw') ?? Number.NEGATIVE_INFINITY)) return false;
    this.earliestMs = Math.min(this.earliestMs, cycleAtMs);
    let isChanged = false;
    for (const tier of ROLLED_TIERS) {
      const untils = [...(layout.rolledUp.get(tier)?.values() ?? [])];
      const bucketMs = bucketOf(tier, cycleAtMs);
      if (!untils.some((untilMs) => untilMs > bucketMs)) continue;
      const until = String(bucketMs);
      await connection.run(`UPDATE rolled_up SET until = ${until} WHERE tier = '${tier}' AND until > ${until}`);
      isChanged = true;
    }
    return isChanged;
  }
}
