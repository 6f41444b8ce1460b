import type { MetricObject } from '../../metrics/core/sample.js';
import type { RangeQuery } from '../../metrics/metric-store.port.js';
import { type FluxSelection, fluxList, selectFlux } from './flux-query.js';
import type { FluxRow } from './flux-row.js';
import type { InfluxConnection } from './influx-connection.js';
import { VALUE_FIELD } from './metric-place.js';
import { fromTags, IDENTITY_TAGS } from './object-tags.js';
import { AVERAGE, type PointPlan, WEIGHTED } from './plan-points.js';
import { identityOf } from './select-objects.js';
import { type Point, type Reading, stepOf, stepPoints } from './step-points.js';

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
  let readings: Reading[] = [];
  const flush = (): void => {
    if (object && readings.length > 0) take(object, stepPoints(readings, part.query, part.plan));
    readings = [];
  };
  await connection.eachRow(
    pointsFlux(part),
    (row) => {
      if (row.table !== table) {
        flush();
        table = row.table;
        object = part.objects.get(identityOf(fromTags(row)));
      }
      if (object) readings.push(readingOf(row, part.plan));
    },
    signal,
  );
  flush();
}

function readingOf(row: FluxRow, { fields }: PointPlan): Reading {
  const { atMs } = row;
  if (fields === AVERAGE) return { atMs, value: row.number('sum') / row.number('n'), weight: 1 };
  if (fields === WEIGHTED) return { atMs, value: row.number(VALUE_FIELD), weight: row.number('n') };
  return { atMs, value: row.number('_value'), weight: 1 };
}

function pointsFlux({ query, plan, selection, hasSeveralSeries }: PointsOfPart): string {
  const { stepMs, originMs = 0 } = query;
  const hasPairs = plan.fields.length > 1;
  const key = hasPairs ? [...IDENTITY_TAGS, '_field'] : IDENTITY_TAGS;
  const offsetMs = originMs - stepOf(originMs, { stepMs });
  return [
    selectFlux(selection),
    hasSeveralSeries ? `group(columns: ${fluxList(key)}) |> sort(columns: ["_time"])` : [],
    plan.inServer
      ? `aggregateWindow(every: ${String(stepMs)}ms, offset: ${String(offsetMs)}ms, fn: ${plan.inServer}, createEmpty: false, timeSrc: "_start")`
      : [],
    hasPairs ? 'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")' : [],
    `keep(columns: ${fluxList([...IDENTITY_TAGS, '_time', ...(hasPairs ? plan.fields : ['_value'])])})`,
  ]
    .flat()
    .join('\n  |> ');
}
