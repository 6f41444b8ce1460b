import { InfluxConnection, type InfluxConnectionOptions } from './influx-connection.js';
import { InfluxdbMetricReader } from './metric-reader.influxdb.js';
import { InfluxdbMetricUpkeep } from './metric-upkeep.influxdb.js';
import { InfluxdbMetricWriter } from './metric-writer.influxdb.js';

export interface InfluxdbMetricStoreOptions extends InfluxConnectionOptions {
  /** The tag `cluster_name` of everything that is written and read; default `default`, as Heapster's. */
  readonly clusterName?: string;
}

/** The metric store of split roles: any number of processes write to and read from one bucket of an InfluxDB. Retention is the bucket's. */
export class InfluxdbMetricStore {
  private constructor(
    readonly writer: InfluxdbMetricWriter,
    readonly reader: InfluxdbMetricReader,
    readonly upkeep: InfluxdbMetricUpkeep,
  ) {}

  /** Connects, and makes the bucket when it is missing. There is nothing to close: every call is a request of its own. */
  static async open(options: InfluxdbMetricStoreOptions): Promise<InfluxdbMetricStore> {
    const connection = await InfluxConnection.open(options);
    const clusterName = options.clusterName ?? 'default';
    return new InfluxdbMetricStore(
      new InfluxdbMetricWriter(connection, clusterName),
      new InfluxdbMetricReader(connection, clusterName),
      new InfluxdbMetricUpkeep(connection, clusterName),
    );
  }
}
