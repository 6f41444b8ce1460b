import { escape } from '@influxdata/influxdb-client';
import type { Sample } from '../../metrics/core/sample.js';
import { MetricWriter, type ScopeSamples } from '../../metrics/metric-store.port.js';
import { selectFlux } from './flux-query.js';
import type { InfluxConnection } from './influx-connection.js';
import type { MetricPlaces } from './metric-place.js';
import { CLUSTER_TAG, encodeTag, fromTags } from './object-tags.js';
import { requireAllValues, sampleLines } from './sample-lines.js';
import { SCOPE_MARK, TierMarks } from './tier-marks.js';

const NODE_MARK = 'scope';
const CLUSTER_MARK = 'scope_cluster';

/**
 * Writes Heapster's schema, the cycle as time. A scope's samples bear its node's name (or none, for `''`).
 * Each scope's marker is in the first request, so that a rerun, also of a call that died half-way, finds it and deletes what stood there first.
 * InfluxDB has no transactions: a reader may see a part of a scope while it is written, and nothing of it for a moment while it is replaced.
 */
export class InfluxdbMetricWriter extends MetricWriter {
  private readonly marks: TierMarks;

  constructor(
    private readonly connection: InfluxConnection,
    private readonly clusterName: string,
    private readonly places: MetricPlaces,
    private readonly now: () => number,
  ) {
    super();
    this.marks = new TierMarks(connection, clusterName);
  }

  override async append(cycleAtMs: number, scopes: readonly ScopeSamples[]): Promise<void> {
    if (scopes.length === 0) return;
    const latest = new Map(scopes.map((scope) => [scope.scope, scope.samples]));
    for (const samples of latest.values()) for (const sample of samples) requireAllValues(sample);
    for (const scope of await this.writtenBefore(cycleAtMs)) {
      if (latest.has(scope)) await this.deleteScope(cycleAtMs, scope);
    }
    await this.connection.write(this.lines(cycleAtMs, latest));
  }

  /** The marks of all scopes, then the samples. */
  private *lines(cycleAtMs: number, scopes: ReadonlyMap<string, readonly Sample[]>): Generator<string> {
    const cluster = encodeTag(this.clusterName);
    for (const scope of scopes.keys()) {
      const type = scope === '' ? `type=${CLUSTER_MARK}` : `nodename=${escape.tag(encodeTag(scope))},type=${NODE_MARK}`;
      yield `${SCOPE_MARK},${CLUSTER_TAG}=${escape.tag(cluster)},${type} value=${String(this.now())} ${String(cycleAtMs)}`;
    }
    for (const samples of scopes.values()) {
      for (const sample of samples) yield* sampleLines(sample, this.clusterName, cycleAtMs, this.places);
    }
  }

  private async writtenBefore(cycleAtMs: number): Promise<string[]> {
    const marks = selectFlux(this.marks.selection('raw', cycleAtMs, cycleAtMs + 1));
    const rows = await this.connection.rows(marks);
    return rows.filter((row) => row.atMs === cycleAtMs).map((row) => fromTags(row).node ?? '');
  }

  private async deleteScope(cycleAtMs: number, scope: string): Promise<void> {
    const cluster = { [CLUSTER_TAG]: encodeTag(this.clusterName) };
    if (scope !== '') {
      await this.connection.deleteAt(cycleAtMs, { ...cluster, nodename: encodeTag(scope) });
      return;
    }
    for (const type of ['ns', 'cluster', CLUSTER_MARK]) await this.connection.deleteAt(cycleAtMs, { ...cluster, type });
  }
}
