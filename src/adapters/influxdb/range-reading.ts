import type { Metric } from '../../metrics/core/catalogue/metric.js';
import type { MetricObject } from '../../metrics/core/sample.js';
import type { RangeQuery, Series } from '../../metrics/metric-store.port.js';
import { findObjects, type FoundObjects } from './find-objects.js';
import type { FluxSelection } from './flux-query.js';
import type { InfluxConnection } from './influx-connection.js';
import { bucketOf, type MetricPlaces } from './metric-place.js';
import { type PointPlan, planPoints } from './plan-points.js';
import { readPoints } from './read-points.js';
import { identityOf, LISTED_OBJECTS, narrowTags, selectorTags } from './select-objects.js';
import type { Point } from './step-points.js';
import { type TierPart, tierParts } from './tier-parts.js';
import type { TierMarks } from './tier-marks.js';

export type PointsQuery = Omit<RangeQuery, 'maxSeries'>;

/** What a range is read with. */
export interface RangeSource {
  readonly connection: InfluxConnection;
  readonly clusterName: string;
  readonly places: MetricPlaces;
  readonly marks: TierMarks;
}

/** One range that is being read: its parts and the objects that have samples in it are known, and their points are read some objects at a time. */
export class RangeReading {
  private constructor(
    private readonly source: RangeSource,
    private readonly query: PointsQuery,
    private readonly metric: Metric,
    private readonly parts: readonly TierPart[],
    private readonly found: FoundObjects,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** @param metric the query's metric in the catalogue; the object type has it */
  static async open(
    source: RangeSource,
    query: PointsQuery,
    metric: Metric,
    signal?: AbortSignal,
  ): Promise<RangeReading> {
    const parts = tierParts(query, await source.marks.allOf(query.tier ?? 'raw', signal));
    const spans = parts.map((part) =>
      selectPart(source, query, metric, part, planPoints(part.tier, metric.rollup, 'count')),
    );
    const found = await findObjects(source.connection, spans, query.select, signal);
    return new RangeReading(source, query, metric, parts, found, signal);
  }

  /** By identity. */
  get objects(): MetricObject[] {
    return this.found.values.map(({ object }) => object);
  }

  /**
   * Objects as they are read together: all at once when they are no more than `atOnce` and the better part of what their tags select, else as many as can be
   * named one by one.
   */
  pagesOf(objects: readonly MetricObject[], atOnce = Number.POSITIVE_INFINITY): (readonly MetricObject[])[] {
    if (objects.length <= atOnce && objects.length * 2 > this.found.listed) return [objects];
    const pages = Math.ceil(objects.length / LISTED_OBJECTS);
    return Array.from({ length: pages }, (_, page) =>
      objects.slice(page * LISTED_OBJECTS, (page + 1) * LISTED_OBJECTS),
    );
  }

  /** The series of these objects that have points, in the objects' order. */
  async series(objects: readonly MetricObject[]): Promise<Series[]> {
    const points = new Map<MetricObject, Point[]>();
    await this.points(objects, (object, more) => points.set(object, [...(points.get(object) ?? []), ...more]));
    return objects.flatMap((object) => {
      const ofObject = points.get(object) ?? [];
      return ofObject.length > 0 ? [{ object, points: ofObject }] : [];
    });
  }

  /** Gives the points of these objects, an object of a part at a time, the parts in the order of time. */
  async points(objects: readonly MetricObject[], take: (object: MetricObject, points: Point[]) => void): Promise<void> {
    const wanted = new Map(objects.map((object) => [identityOf(object), object]));
    for (const part of this.parts) {
      const plan = planPoints(part.tier, this.metric.rollup, this.query.aggregation);
      const selection = selectPart(this.source, this.query, this.metric, part, plan);
      const tags = { ...selection.tags, ...narrowTags(objects) };
      const { hasSeveralSeries } = this.found;
      const query = { ...this.query, fromMs: part.fromMs, toMs: part.toMs };
      const of = { query, plan, selection: { ...selection, tags }, objects: wanted, hasSeveralSeries };
      await readPoints(this.source.connection, of, take, this.signal);
    }
  }
}

function selectPart(
  { connection, clusterName, places }: RangeSource,
  { select }: PointsQuery,
  metric: Metric,
  part: TierPart,
  plan: PointPlan,
): FluxSelection {
  const raw = places.of(metric.name);
  return {
    bucket: bucketOf(connection.options.bucket, part.tier),
    fromMs: Math.max(0, part.fromMs - plan.lookbackMs),
    toMs: part.toMs,
    measurement: part.tier === 'raw' ? raw.measurement : metric.name,
    fields: part.tier === 'raw' ? [raw.field] : plan.fields,
    tags: selectorTags(select, clusterName),
  };
}
