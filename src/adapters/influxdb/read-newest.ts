import { findMetric, metricsOfObject } from '../../metrics/core/metric-catalogue.js';
import type { MetricObject, ObjectType } from '../../metrics/core/sample.js';
import type { NewestQuery, ObjectSample } from '../../metrics/metric-store.port.js';
import { type FluxSelection, fluxList, selectFlux, tagValuesFlux } from './flux-query.js';
import type { FluxRow } from './flux-row.js';
import type { InfluxConnection } from './influx-connection.js';
import type { MetricPlaces } from './metric-place.js';
import { decodeTag, encodeTag, fromTags, IDENTITY_TAGS, LABELS_TAG, tagOf } from './object-tags.js';
import { compareIdentity, identityOf, isSelected, selectorTags } from './select-objects.js';

const KEPT = [...IDENTITY_TAGS, tagOf('workload'), LABELS_TAG, '_measurement', '_field', '_time', '_value'];

/** Namespaces (nodes, of what has no namespace) that are read in one query, and whose objects are held until they are in order. */
const READ_TOGETHER = 10;
const BATCH = 500;

/** What stands first in the identity of a type's objects. */
const LEADING_TAG: Readonly<Record<ObjectType, string | undefined>> = {
  cluster: undefined,
  ns: tagOf('namespace'),
  node: tagOf('node'),
  pod: tagOf('namespace'),
  pod_container: tagOf('namespace'),
  sys_container: tagOf('node'),
};

interface Joined {
  object: MetricObject;
  cycleAtMs: number;
  values: number[];
}

/** Reads the newest samples of all objects, each joined from the rows of its metrics, some namespaces or nodes at a time. */
export class NewestSamples {
  constructor(
    private readonly connection: InfluxConnection,
    private readonly places: MetricPlaces,
    private readonly clusterName: string,
  ) {}

  async *read(query: NewestQuery, signal?: AbortSignal): AsyncGenerator<readonly ObjectSample[]> {
    const { types, atMs, lookbackMs, ...fields } = query;
    if (query.visibleNamespaces?.length === 0) return;
    for (const type of types) {
      const select = { type, ...fields };
      const selection = {
        bucket: this.connection.options.bucket,
        fromMs: Math.max(0, atMs - lookbackMs),
        toMs: atMs + 1,
        tags: selectorTags(select, this.clusterName),
      };
      for await (const part of this.parts(type, selection, signal)) {
        const samples = (await this.join(part, signal)).filter(({ object }) => isSelected(object, select));
        samples.sort((a, b) => compareIdentity(a.object, b.object));
        for (let start = 0; start < samples.length; start += BATCH) yield samples.slice(start, start + BATCH);
      }
    }
  }

  /** The selection in pieces whose objects follow one another by identity. */
  private async *parts(
    type: ObjectType,
    selection: FluxSelection,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<FluxSelection> {
    const tag = LEADING_TAG[type];
    if (tag === undefined) {
      yield selection;
      return;
    }
    const rows = await this.connection.rows(tagValuesFlux(tag, selection), signal);
    const values = rows.map((row) => decodeTag(row.text('_value'))).sort((a, b) => (a < b ? -1 : 1));
    for (let start = 0; start < values.length; start += READ_TOGETHER) {
      const taken = values.slice(start, start + READ_TOGETHER).map(encodeTag);
      yield { ...selection, tags: { ...selection.tags, [tag]: taken } };
    }
  }

  private async join(selection: FluxSelection, signal: AbortSignal | undefined): Promise<Joined[]> {
    const joined = new Map<string, Joined>();
    const take = (row: FluxRow): void => {
      const object = fromTags(row);
      const index = this.indexOf(row, object);
      if (index < 0) return;
      const cycleAtMs = row.atMs;
      const key = identityOf(object);
      let sample = joined.get(key);
      if (!sample || sample.cycleAtMs < cycleAtMs) {
        sample = { object, cycleAtMs, values: metricsOfObject(object).map(() => Number.NaN) };
        joined.set(key, sample);
      }
      if (sample.cycleAtMs === cycleAtMs) sample.values[index] = row.number('_value');
    };
    await this.connection.eachRow(
      `${selectFlux(selection)}\n  |> last()\n  |> keep(columns: ${fluxList(KEPT)})`,
      take,
      signal,
    );
    return [...joined.values()];
  }

  /** Where a row's value stands in its object's sample; -1 for what the catalogue does not name. */
  private indexOf(row: FluxRow, object: MetricObject): number {
    const name = this.places.metricAt({ measurement: row.text('_measurement'), field: row.text('_field') });
    const metric = findMetric(name);
    return metric === undefined ? -1 : metricsOfObject(object).indexOf(metric);
  }
}
