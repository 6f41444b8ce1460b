import { escape } from '@influxdata/influxdb-client';
import { hash } from 'node:crypto';
import type { Sample } from '../../metrics/core/sample.js';
import type { ScopeSamples } from '../../metrics/metric-store.port.js';
import { MetricSink, SinkAwayError, type SinkWritten } from '../../metrics/sinks/metric-sink.port.js';
import { selectFlux } from './flux-query.js';
import { InfluxBuckets } from './influx-buckets.js';
import { InfluxConnection, type InfluxConnectionOptions } from './influx-connection.js';
import { metricPlaces } from './metric-place.js';
import { CLUSTER_TAG, encodeTag, toTags } from './object-tags.js';
import { requireAllValues, sampleLines } from './sample-lines.js';
import { tellInfluxFailure } from './tell-influx-failure.js';

export interface InfluxdbMetricSinkOptions extends InfluxConnectionOptions {
  /** The tag `cluster_name` of everything that is written. */
  readonly clusterName: string;
  /** How long the bucket keeps points, ms, at least an hour, when it is one that Quartermaster has made; a new one keeps them for ever unless given. */
  readonly retentionMs?: number;
}

/** One point a scope and cycle; its value tells which series were begun to be written. It bears no node, so that deleting a node's points leaves it. */
const MARKER = 'quartermaster_sink';
const SCOPE_TAG = 'scope';
/** Heapster's default schema. */
const PLACES = metricPlaces(false);

interface ScopeLines {
  readonly scope: string;
  readonly marker: string;
  /** Of the scope's series: equal when a second write overwrites the first exactly. */
  readonly fingerprint: number;
  readonly lines: string[];
}

/**
 * Copies samples to a bucket in Heapster's schema, as the metric store does (docs/decisions/influxdb-schema.md).
 *
 * InfluxDB overwrites a point of the same measurement, tags and time, so writing again doubles nothing as long as the tags are the same. Each scope has a
 * marker, acknowledged before the scope's first line is sent, with a fingerprint of its tags: a write that finds a marker with another fingerprint deletes
 * the scope's points of that instant first. A first write, and the usual second one, delete nothing, for deletes are dear.
 */
export class InfluxdbMetricSink extends MetricSink {
  private opened: InfluxConnection | undefined;

  constructor(private readonly options: InfluxdbMetricSinkOptions) {
    super();
  }

  override async write(cycleAtMs: number, scopes: readonly ScopeSamples[], signal?: AbortSignal): Promise<SinkWritten> {
    signal?.throwIfAborted();
    if (scopes.length === 0) return { points: 0, refusedPoints: 0 };
    try {
      return await this.replace(cycleAtMs, scopes, signal);
    } catch (error) {
      this.opened = undefined; // what is wrong may be mended by opening again: a bucket that has gone is made
      signal?.throwIfAborted();
      if (error instanceof TypeError) throw error;
      throw new SinkAwayError(tellInfluxFailure(error), { cause: error });
    }
  }

  private async replace(
    cycleAtMs: number,
    scopes: readonly ScopeSamples[],
    signal?: AbortSignal,
  ): Promise<SinkWritten> {
    const connection = (this.opened ??= await this.open());
    const all = scopes.map((scope) => this.linesOf(cycleAtMs, scope));
    const before = await this.markers(connection, cycleAtMs, signal);
    for (const { scope, fingerprint } of all) {
      const found = before.get(encodeTag(scope));
      if (found !== undefined && found !== fingerprint) await this.deleteScope(connection, cycleAtMs, scope);
    }
    const { bucket } = this.options;
    // Where a bucket keeps nothing so old, it refuses the markers as it will the points.
    const markers = all.map(({ marker }) => marker);
    await connection.offer(markers, bucket, signal);
    const lines = all.flatMap(({ lines }) => lines);
    const refused = await connection.offer(lines, bucket, signal);
    return { points: lines.length - refused.lines, refusedPoints: refused.lines };
  }

  /** Makes the bucket when it is missing; one that is there keeps its retention unless one is set. */
  private async open(): Promise<InfluxConnection> {
    const { bucket, retentionMs } = this.options;
    const connection = await InfluxConnection.open(this.options);
    const buckets = new InfluxBuckets(connection);
    if (retentionMs !== undefined || !(await buckets.find(bucket))) await buckets.ensure(bucket, retentionMs);
    return connection;
  }

  private linesOf(cycleAtMs: number, { scope, samples }: ScopeSamples): ScopeLines {
    const lines: string[] = [];
    let fingerprint = 0;
    for (const sample of samples) {
      requireAllValues(sample);
      lines.push(...sampleLines(sample, this.options.clusterName, cycleAtMs, PLACES));
      fingerprint = (fingerprint + fingerprintOf(sample)) % 2 ** 48;
    }
    const tags = [`${CLUSTER_TAG}=${escape.tag(encodeTag(this.options.clusterName))}`];
    if (scope !== '') tags.push(`${SCOPE_TAG}=${escape.tag(encodeTag(scope))}`);
    const marker = `${MARKER},${tags.join(',')} value=${String(fingerprint)} ${String(cycleAtMs)}`;
    return { scope, marker, fingerprint, lines };
  }

  /** By encoded scope. */
  private async markers(
    connection: InfluxConnection,
    cycleAtMs: number,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, number>> {
    const rows = await connection.rows(
      selectFlux({
        bucket: connection.options.bucket,
        fromMs: cycleAtMs,
        toMs: cycleAtMs + 1,
        measurement: MARKER,
        tags: { [CLUSTER_TAG]: encodeTag(this.options.clusterName) },
      }),
      signal,
    );
    const atCycle = rows.filter((row) => row.atMs === cycleAtMs);
    return new Map(atCycle.map((row) => [row.text(SCOPE_TAG), row.number('_value')]));
  }

  private async deleteScope(connection: InfluxConnection, cycleAtMs: number, scope: string): Promise<void> {
    const cluster = { [CLUSTER_TAG]: encodeTag(this.options.clusterName) };
    if (scope !== '') await connection.deleteAt(cycleAtMs, { ...cluster, nodename: encodeTag(scope) });
    else for (const type of ['ns', 'cluster']) await connection.deleteAt(cycleAtMs, { ...cluster, type });
  }
}

/** Of a sample's series: its tags, and which of its values are known. Sums of these do not depend on the order of samples. */
function fingerprintOf({ object, values }: Sample): number {
  const known = values.map((value) => (Number.isFinite(value) ? '1' : '0')).join('');
  return hash('sha1', JSON.stringify([toTags(object, ''), known]), 'buffer').readUIntBE(0, 6);
}
