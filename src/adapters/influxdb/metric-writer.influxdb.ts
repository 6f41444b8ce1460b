import { escape } from '@influxdata/influxdb-client';
import { metricsOfObject } from '../../metrics/core/metric-catalogue.js';
import type { Sample } from '../../metrics/core/sample.js';
import { MetricWriter, type ScopeSamples } from '../../metrics/metric-store.port.js';
import { rowTime, rowTags, selectFlux } from './flux-query.js';
import type { InfluxConnection } from './influx-connection.js';
import { CLUSTER_TAG, encodeTag, toTags } from './object-tags.js';

/** One point a scope and cycle: that the scope was begun to be written. */
export const MARKER = 'quartermaster_scope';
const NODE_MARKER = 'scope';
const CLUSTER_MARKER = 'scope_cluster';

/**
 * Writes Heapster's schema: a measurement a metric, a field `value`, the cycle as time. A scope's samples bear its node's name (or none, for `''`).
 * Each scope's marker is in the first request, so that a rerun, also of a call that died half-way, finds it and deletes what stood there first.
 * InfluxDB has no transactions: a reader may see a part of a scope while it is written, and nothing of it for a moment while it is replaced.
 */
export class InfluxdbMetricWriter extends MetricWriter {
  constructor(
    private readonly connection: InfluxConnection,
    private readonly clusterName: string,
  ) {
    super();
  }

  override async append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    if (scopes.length === 0) return;
    const latest = new Map(scopes.map((scope) => [scope.scope, scope.samples]));
    const lines = [...latest.keys()].map((scope) => this.markerLine(scope, cycleAtMs));
    for (const samples of latest.values()) {
      for (const sample of samples) pushLines(lines, sample, this.clusterName, cycleAtMs);
    }
    for (const scope of await this.writtenBefore(cycleAtMs)) {
      if (latest.has(scope)) await this.deleteScope(cycleAtMs, scope);
    }
    await this.connection.write(lines);
  }

  private markerLine(scope: string, cycleAtMs: number): string {
    const tags =
      scope === '' ? `type=${CLUSTER_MARKER}` : `nodename=${escape.tag(encodeTag(scope))},type=${NODE_MARKER}`;
    return `${MARKER},${CLUSTER_TAG}=${escape.tag(encodeTag(this.clusterName))},${tags} value=1 ${String(cycleAtMs)}`;
  }

  private async writtenBefore(cycleAtMs: number): Promise<string[]> {
    const rows = await this.connection.query(
      selectFlux(this.connection.options.bucket, {
        fromMs: cycleAtMs,
        toMs: cycleAtMs + 1,
        tags: { _measurement: MARKER, [CLUSTER_TAG]: encodeTag(this.clusterName) },
      }),
    );
    return rows.filter((row) => rowTime(row) === cycleAtMs).map((row) => rowTags(row).node ?? '');
  }

  private async deleteScope(cycleAtMs: number, scope: string): Promise<void> {
    const cluster = { [CLUSTER_TAG]: encodeTag(this.clusterName) };
    if (scope !== '') {
      await this.connection.deleteAt(cycleAtMs, { ...cluster, nodename: encodeTag(scope) });
      return;
    }
    for (const type of ['ns', 'cluster', CLUSTER_MARKER])
      await this.connection.deleteAt(cycleAtMs, { ...cluster, type });
  }
}

/** Appends the lines of a sample's known values. */
export function pushLines(lines: string[], { object, values }: Sample, clusterName: string, cycleAtMs: number): void {
  const metrics = metricsOfObject(object);
  if (metrics.length !== values.length) {
    throw new TypeError(
      `A sample of ${object.type} has ${String(values.length)} values, the catalogue names ${String(metrics.length)}`,
    );
  }
  const tags = toTags(object, encodeTag(clusterName)).map(([tag, value]) => `${tag}=${escape.tag(value)}`);
  const key = tags.join(',');
  const at = String(cycleAtMs);
  for (const [index, { name }] of metrics.entries()) {
    const value = values[index] ?? Number.NaN;
    if (Number.isFinite(value)) lines.push(`${name},${key} value=${String(value)} ${at}`);
  }
}
