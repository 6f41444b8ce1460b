import type { TierName } from '../../metrics/metric-store.port.js';
import { MetricUpkeep, type MetricStoreState } from '../../metrics/metric-upkeep.port.js';
import type { InfluxBuckets } from './influx-buckets.js';
import type { InfluxConnection } from './influx-connection.js';
import { bucketOf } from './metric-place.js';
import { CLUSTER_TAG, encodeTag } from './object-tags.js';
import type { TierRollUp } from './roll-up.js';
import type { TierMarks } from './tier-marks.js';

const DAY_MS = 86_400_000;

const COARSER = { raw: '5m', '5m': '1h' } as const;

/** Upkeep of an InfluxDB. The server brings its shards into their final form by itself, and takes what is older than a bucket's retention. */
export class InfluxdbMetricUpkeep extends MetricUpkeep {
  constructor(
    private readonly connection: InfluxConnection,
    private readonly buckets: InfluxBuckets,
    private readonly marks: TierMarks,
    private readonly rolling: TierRollUp,
    private readonly clusterName: string,
  ) {
    super();
  }

  /** The server does not tell of days. */
  override async rollUp(untilMs: number): Promise<number> {
    await this.rolling.rollUp(untilMs);
    return 0;
  }

  override closeDays(): Promise<number> {
    return Promise.resolve(0);
  }

  /**
   * Deletes where no retention of ours does: in a bucket that somebody else made, and only of this cluster, as others may share it. A delete is dear,
   * so nothing is asked of the server unless there is something to delete. The server does not tell what went.
   */
  override async dropBefore(tier: TierName, beforeMs: number): Promise<number> {
    const bucket = bucketOf(this.connection.options.bucket, tier);
    const found = await this.buckets.find(bucket);
    if (!found || (found.isOurs && found.retentionMs !== undefined)) return 0;
    const rolledUntilMs = tier === '1h' ? beforeMs : ((await this.marks.rolledUp(COARSER[tier]))?.untilMs ?? 0);
    const stopMs = Math.floor(Math.min(beforeMs, rolledUntilMs) / DAY_MS) * DAY_MS;
    const oldestMs = await this.marks.oldest(tier);
    if (oldestMs === undefined || oldestMs >= stopMs) return 0;
    await this.connection.deleteRange(bucket, 0, stopMs, { [CLUSTER_TAG]: encodeTag(this.clusterName) });
    return 0;
  }

  override shrinkTo(): Promise<number> {
    return Promise.resolve(0);
  }

  override async state(): Promise<MetricStoreState> {
    const { bucket } = this.connection.options;
    if (await this.buckets.find(bucket)) return {};
    return { refusal: `InfluxDB has no bucket ${bucket} that we may see: make it, or start anew, which makes it` };
  }
}
