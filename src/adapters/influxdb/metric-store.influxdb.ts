import { HttpError } from '@influxdata/influxdb-client';
import { once } from 'node:events';
import { type TierName, TIERS } from '../../metrics/metric-store.port.js';
import { InfluxBuckets, NoSuchOrganizationError } from './influx-buckets.js';
import { InfluxConnection, type InfluxConnectionOptions, InfluxNotReadyError } from './influx-connection.js';
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
  /** How long opening waits for the server; default 5 s. */
  readonly startWaitMs?: number;
  readonly onAway?: (error: unknown) => void;
}

const START_WAIT_MS = 5000;

/** The metric store of split roles: any number of processes write to and read from the buckets of an InfluxDB, one a tier, whose retention the server keeps. */
export class InfluxdbMetricStore {
  private constructor(
    readonly writer: InfluxdbMetricWriter,
    readonly reader: InfluxdbMetricReader,
    readonly upkeep: InfluxdbMetricUpkeep,
  ) {}

  /**
   * Connects, and makes the buckets that are missing. Where the server is away, or silent for `startWaitMs`, both are done before the first call that finds it there, and
   * `onAway` is told. There is nothing to close: every call is a request of its own.
   * @throws when the server refuses: wrong credentials, no such organization
   */
  static async open(options: InfluxdbMetricStoreOptions): Promise<InfluxdbMetricStore> {
    const { clusterName = 'default', withFields = false, retentionMs = {}, now = Date.now } = options;
    const connection = InfluxConnection.whenThere(options, async (there) => {
      const making = new InfluxBuckets(there);
      for (const tier of TIERS) await making.ensure(bucketOf(options.bucket, tier), retentionMs[tier]);
    });
    await waitFor(connection, options);
    const buckets = new InfluxBuckets(connection);
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

async function waitFor(
  connection: InfluxConnection,
  { startWaitMs = START_WAIT_MS, onAway }: InfluxdbMetricStoreOptions,
): Promise<void> {
  const ready = connection.ready();
  try {
    const silence = AbortSignal.timeout(startWaitMs);
    await Promise.race([ready, once(silence, 'abort').then(() => Promise.reject(silence.reason as Error))]);
  } catch (error) {
    if (isRefused(error)) throw (error as Error).cause;
    ready.catch(() => undefined); // whoever calls next sees why
    onAway?.(error);
  }
}

/** A server that answers so will answer so again: the settings are wrong. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof InfluxNotReadyError ? error.cause : undefined;
  if (cause instanceof HttpError) return cause.statusCode < 500 && cause.statusCode !== 429;
  return cause instanceof NoSuchOrganizationError;
}
