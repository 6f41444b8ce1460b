import { MetricUpkeep, type MetricStoreState } from '../../metrics/metric-upkeep.port.js';
import type { InfluxBuckets } from './influx-buckets.js';
import type { InfluxConnection } from './influx-connection.js';
import { CLUSTER_TAG, encodeTag } from './object-tags.js';

const DAY_MS = 86_400_000;

/** Upkeep of a bucket. The server brings its shards into their final form by itself; a retention of the bucket's own may take more than this does. */
export class InfluxdbMetricUpkeep extends MetricUpkeep {
  constructor(
    private readonly connection: InfluxConnection,
    private readonly buckets: InfluxBuckets,
    private readonly clusterName: string,
  ) {
    super();
  }

  override closeDays(): Promise<number> {
    return Promise.resolve(0);
  }

  /** Only of this cluster: others may share the bucket. The server does not tell what went. */
  override async dropBefore(beforeMs: number): Promise<number> {
    const stopMs = Math.floor(beforeMs / DAY_MS) * DAY_MS;
    await this.connection.deleteRange(this.connection.options.bucket, 0, stopMs, {
      [CLUSTER_TAG]: encodeTag(this.clusterName),
    });
    return 0;
  }

  override async state(): Promise<MetricStoreState> {
    const { bucket } = this.connection.options;
    if (await this.buckets.find(bucket)) return {};
    return { refusal: `InfluxDB has no bucket ${bucket} that we may see: make it, or start anew, which makes it` };
  }
}
