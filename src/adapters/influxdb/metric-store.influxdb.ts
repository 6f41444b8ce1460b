import { type TierName, TIERS } from '../../metrics/metric-store.port.js';
import { InfluxBuckets } from './influx-buckets.js';
import { InfluxConnection, type InfluxConnectionOptions } from './influx-connection.js';
import { bucketOf, metricPlaces } from './metric-place.js';
import { InfluxdbMetricReader } from './metric-reader.influxdb.js';
import { InfluxdbMetricUpkeep } from './metric-upkeep.influxdb.js';
import { TierRollUp } from './roll-up.js';
import { TierMarks } from './tier-marks.js';
import { InfluxdbMetricWriter } from './metric-writer.influxdb.js';

export interface InfluxdbMetricStoreOptions extends InfluxConnectionOptions {
  /** The tag `cluster_name` of everything that is written and read; default `default`, as Heapster's. */
  readonly clusterName?: string;
  /** Heapster's `withfields`: a field a metric instead of a measurement a metric; default false. What was written in one way is read in that way. */
  readonly withFields?: boolean;
  /** How long each tier is kept, ms, at least an hour; for ever unless given. */
  readonly retentionMs?: Partial<Record<TierName, number>>;
  /** Ms since the epoch, by which late samples are told from those that are rolled up; the machine's clock unless given. */
  readonly now?: () => number;
}

/** The metric store of split roles: any number of processes write to and read from the buckets of an InfluxDB, one a tier, whose retention the server keeps. */
export class InfluxdbMetricStore {
  private constructor(
    readonly writer: InfluxdbMetricWriter,
    readonly reader: InfluxdbMetricReader,
    readonly upkeep: InfluxdbMetricUpkeep,
  ) {}

  /** Connects, and makes the buckets that are missing. There is nothing to close: every call is a request of its own. */
  static async open(options: InfluxdbMetricStoreOptions): Promise<InfluxdbMetricStore> {
    const { clusterName = 'default', withFields = false, retentionMs = {}, now = Date.now } = options;
    const connection = await InfluxConnection.open(options);
    const buckets = new InfluxBuckets(connection);
    for (const tier of TIERS) await buckets.ensure(bucketOf(options.bucket, tier), retentionMs[tier]);
    const places = metricPlaces(withFields);
    const marks = new TierMarks(connection, clusterName);
    const rolling = new TierRollUp(connection, clusterName, places, marks, now);
    return new InfluxdbMetricStore(
      new InfluxdbMetricWriter(connection, clusterName, places, now),
      new InfluxdbMetricReader(connection, clusterName, places),
      new InfluxdbMetricUpkeep(connection, buckets, marks, rolling, clusterName),
    );
  }
}
