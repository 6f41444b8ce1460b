import type { MetricObject } from '../../metrics/core/sample.js';
import type { RangeQuery } from '../../metrics/metric-store.port.js';
import { type FluxSelection, fluxList, selectFlux } from './flux-query.js';
import type { InfluxConnection } from './influx-connection.js';
import { fromTags, IDENTITY_TAGS } from './object-tags.js';
import type { PointPlan } from './plan-points.js';
import { identityOf } from './select-objects.js';
import { type Point, stepOf, stepPoints } from './step-points.js';

export interface PointsOfPart {
  /** With the part's own bounds. */
  readonly query: Pick<RangeQuery, 'fromMs' | 'toMs' | 'stepMs' | 'originMs' | 'aggregation'>;
  readonly plan: PointPlan;
  /** What the tags select; it begins `plan.lookbackMs` before the part. */
  readonly selection: FluxSelection;
  /** By identity; rows of others are left out. */
  readonly objects: ReadonlyMap<string, MetricObject>;
  /** Whether series of one object must be put together. */
  readonly hasSeveralSeries: boolean;
}

/** Reads the points of objects, each at once as its rows have arrived, in no order of objects: no more than one object's rows are held. */
export async function readPoints(
  connection: InfluxConnection,
  part: PointsOfPart,
  take: (object: MetricObject, points: Point[]) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let table: string | undefined;
  let object: MetricObject | undefined;
  let samples: Point[] = [];
  const flush = (): void => {
    if (object && samples.length > 0) take(object, stepPoints(samples, part.query, part.plan));
    samples = [];
  };
  await connection.eachRow(
    pointsFlux(part),
    (row) => {
      if (row.table !== table) {
        flush();
        table = row.table;
        object = part.objects.get(identityOf(fromTags(row)));
      }
      if (!object) return;
      const value = part.plan.isAverage ? row.number('sum') / row.number('n') : row.number('_value');
      samples.push([row.atMs, value]);
    },
    signal,
  );
  flush();
}

function pointsFlux({ query, plan, selection, hasSeveralSeries }: PointsOfPart): string {
  const { stepMs, originMs = 0 } = query;
  const fields = plan.isAverage ? ['_field'] : [];
  const offsetMs = originMs - stepOf(originMs, { stepMs });
  return [
    selectFlux(selection),
    hasSeveralSeries ? `group(columns: ${fluxList([...IDENTITY_TAGS, ...fields])}) |> sort(columns: ["_time"])` : [],
    plan.inServer
      ? `aggregateWindow(every: ${String(stepMs)}ms, offset: ${String(offsetMs)}ms, fn: ${plan.inServer}, createEmpty: false, timeSrc: "_start")`
      : [],
    plan.isAverage ? 'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")' : [],
    `keep(columns: ${fluxList([...IDENTITY_TAGS, '_time', ...(plan.isAverage ? plan.fields : ['_value'])])})`,
  ]
    .flat()
    .join('\n  |> ');
}
