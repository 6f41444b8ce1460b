import { setTimeout as pause } from 'node:timers/promises';
import { escape } from '@influxdata/influxdb-client';
import { InfluxBuckets } from '../../src/adapters/influxdb/influx-buckets.js';
import { InfluxConnection } from '../../src/adapters/influxdb/influx-connection.js';
import { toTags } from '../../src/adapters/influxdb/object-tags.js';
import type { MetricReader, RangeQuery, Series } from '../../src/metrics/metric-store.port.js';
import { eventually } from '../support/eventually.js';
import { InfluxdbServer } from '../support/influxdb-server.js';
import { HOUR_BUCKET, METRIC, RAW_BUCKET } from './questions.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** It is at rest when nothing is compacted, and nothing so much later: one compaction may call for another. */
const REST_MS = 3_000;
/** Requests that write at once. */
const WRITERS = 3;

/** An InfluxDB that is asked the same questions of the same samples, in Heapster's schema: what one would have without Quartermaster's store. */
export class InfluxdbPeer {
  private constructor(private readonly server: InfluxdbServer) {}

  /** Undefined, and the reason printed, when there is none: start-up finds it as the tests do. */
  static async start(): Promise<InfluxdbPeer | undefined> {
    try {
      return new InfluxdbPeer(await InfluxdbServer.start());
    } catch (error) {
      console.log(`No InfluxDB was found, it is left out: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** Writes what the questions are about, and no more: one metric, of all pods every minute of the last day, of namespaces every hour of 30 days. @returns points */
  async fill(reader: MetricReader, nowMs: number): Promise<number> {
    const query = { metric: METRIC, aggregation: 'avg', toMs: nowMs } as const;
    const day = { ...query, select: { type: 'pod' }, fromMs: nowMs - DAY_MS, stepMs: MINUTE_MS } as const;
    const hours = {
      ...query,
      select: { type: 'ns' },
      fromMs: nowMs - 30 * DAY_MS,
      stepMs: HOUR_MS,
      tier: '1h',
    } as const;
    return (await this.write(RAW_BUCKET, reader, day)) + (await this.write(HOUR_BUCKET, reader, hours));
  }

  /** Waits until it has put its files in order after `fill`: that takes half a core, which would be missing to whoever is measured beside it. */
  async settled(): Promise<void> {
    await eventually('InfluxDB to be at rest', async () => {
      if ((await this.compactions()) > 0) return false;
      await pause(REST_MS);
      return (await this.compactions()) === 0;
    });
  }

  /** The whole answer as text. @throws when it is an error */
  async ask(flux: string): Promise<string> {
    const answer = await this.server.call('POST', `/api/v2/query?org=${this.server.org}`, {
      query: flux,
      type: 'flux',
    });
    return answer.text();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** How many run or wait. */
  private async compactions(): Promise<number> {
    const text = await (await this.server.call('GET', '/metrics')).text();
    const told = [...text.matchAll(/^storage_compactions_(?:active|queued)\{.*\} (\S+)$/gm)];
    if (told.length === 0) throw new Error('InfluxDB tells nothing of its compactions');
    return told.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  private async write(bucket: string, reader: MetricReader, query: Omit<RangeQuery, 'maxSeries'>): Promise<number> {
    const { url, org, token } = this.server;
    const connection = await InfluxConnection.open({ url, org, token, bucket });
    await new InfluxBuckets(connection).ensure(bucket, undefined);
    await this.server.deleteAll(bucket);
    let points = 0;
    for await (const page of reader.pages(query)) {
      const share = Math.ceil(page.length / WRITERS);
      const shares = Array.from({ length: WRITERS }, (_, index) => page.slice(index * share, (index + 1) * share));
      await Promise.all(shares.map((series) => connection.write(lines(series))));
      points += page.reduce((sum, { points: mine }) => sum + mine.length, 0);
    }
    return points;
  }
}

function* lines(series: readonly Series[]): Generator<string> {
  for (const { object, points } of series) {
    const tags = toTags(object, 'default').map(([tag, value]) => `${tag}=${escape.tag(value)}`);
    const head = `${METRIC},${tags.join(',')}`;
    for (const [atMs, value] of points) yield `${head} value=${value} ${atMs}`;
  }
}
