import { HttpError, type InfluxDB } from '@influxdata/influxdb-client';
import { type Bucket, BucketsAPI, OrgsAPI, type PatchRetentionRule } from '@influxdata/influxdb-client-apis';
import type { InfluxConnection } from './influx-connection.js';

/** Buckets with this description are ours: their retention follows the settings. One that somebody else made keeps its own. */
const OURS = 'Made by Quartermaster, whose settings say how long samples are kept';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

export class NoSuchOrganizationError extends Error {
  override readonly name = 'NoSuchOrganizationError';
}

/** A bucket as the server has it. */
export interface BucketState {
  readonly isOurs: boolean;
  /** How long samples are kept, ms; absent when for ever. */
  readonly retentionMs?: number;
}

/** Buckets of an InfluxDB, through its v2 API. */
export class InfluxBuckets {
  constructor(private readonly connection: InfluxConnection) {}

  /**
   * Makes the bucket when it is missing, and gives one of ours this retention. Of two processes that make it at once, the second finds that it is there.
   * @param retentionMs at least an hour, which is the server's least; for ever when absent
   * @throws when the server does not answer, or does not let us make it
   */
  async ensure(name: string, retentionMs: number | undefined): Promise<void> {
    const everySeconds = Math.ceil((retentionMs ?? 0) / 1000);
    const rule = { type: 'expire', everySeconds, shardGroupDurationSeconds: shardSeconds(everySeconds) } as const;
    const there = await this.findBucket(name);
    if (there) return this.change(there, rule);
    try {
      await this.connection.call((client) => this.make(client, name, rule));
    } catch (error) {
      const other = error instanceof HttpError ? await this.findBucket(name) : undefined;
      if (!other) throw error;
      await this.change(other, rule);
    }
  }

  /** Undefined when the server shows us no such bucket. @throws when it does not answer */
  async find(name: string): Promise<BucketState | undefined> {
    const bucket = await this.findBucket(name);
    if (!bucket) return undefined;
    const everySeconds = bucket.retentionRules[0]?.everySeconds ?? 0;
    const isOurs = bucket.description === OURS;
    return everySeconds > 0 ? { isOurs, retentionMs: everySeconds * 1000 } : { isOurs };
  }

  private async change(bucket: Bucket, rule: PatchRetentionRule): Promise<void> {
    const { id: bucketID, description, retentionRules } = bucket;
    if (bucketID === undefined || description !== OURS) return;
    if ((retentionRules[0]?.everySeconds ?? 0) === rule.everySeconds) return;
    const body = { retentionRules: [rule] };
    await this.connection.call((client) => new BucketsAPI(client).patchBucketsID({ bucketID, body }));
  }

  private async findBucket(name: string): Promise<Bucket | undefined> {
    const { org } = this.connection.options;
    try {
      const found = await this.connection.call((client) => new BucketsAPI(client).getBuckets({ org, name }));
      return found.buckets?.[0];
    } catch (error) {
      if (error instanceof HttpError && error.statusCode === 404) return undefined;
      throw error;
    }
  }

  private async make(client: InfluxDB, name: string, rule: PatchRetentionRule): Promise<void> {
    const { org } = this.connection.options;
    const orgID = (await new OrgsAPI(client).getOrgs({ org })).orgs?.[0]?.id;
    if (orgID === undefined) throw new NoSuchOrganizationError(`InfluxDB has no organization ${org}`);
    const retentionRules = rule.everySeconds > 0 ? [rule] : [];
    await new BucketsAPI(client).postBuckets({ body: { orgID, name, description: OURS, retentionRules } });
  }
}

/** The server's own choice for a new bucket. A retention that is changed wants one with it: a shard must not outlive its samples. */
function shardSeconds(retentionSeconds: number): number {
  if (retentionSeconds === 0 || retentionSeconds > 180 * DAY_SECONDS) return 7 * DAY_SECONDS;
  return retentionSeconds >= 2 * DAY_SECONDS ? DAY_SECONDS : HOUR_SECONDS;
}
