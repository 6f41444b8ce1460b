import { compareKeys } from '../../platform/http/paging.js';
import type { Group } from '../core/query/group-key.js';
import { groupKeyOf, groupOfKey, keyFields } from '../core/query/group-key.js';
import type { Stretch } from '../core/query/stretches-of.js';
import type { MetricObject } from '../core/sample.js';
import type { MetricReader, RangeQuery, Series } from '../metric-store.port.js';
import type { QueryPlan } from './plan-range.js';

/** One series of a question, of an object or of a group. */
export interface FoundSeries {
  readonly object?: MetricObject;
  readonly group?: Group;
  /** How many objects the group has. */
  readonly objects?: number;
  readonly points: Series['points'];
}

interface Keyed extends FoundSeries {
  readonly key: readonly string[];
}

/** Asks the store what a plan says, stretch by stretch, and gives one series an object or group, in order; one more than may be answered when there is one. */
export async function readRange(reader: MetricReader, plan: QueryPlan, signal: AbortSignal): Promise<FoundSeries[]> {
  const found: Keyed[][] = [];
  for (const stretch of plan.stretches) {
    signal.throwIfAborted();
    found.push(await readStretch(reader, plan, stretch, signal));
  }
  const series = found.length === 1 ? (found[0] ?? []) : joined(found);
  return series.map(({ key: _key, points, ...about }) => ({ ...about, points: moved(points, plan) }));
}

async function readStretch(
  reader: MetricReader,
  plan: QueryPlan,
  stretch: Stretch,
  signal: AbortSignal,
): Promise<Keyed[]> {
  const { question, maxSeries } = plan;
  const query = storeQuery(plan, stretch);
  if (!question.groupBy) {
    const series = await reader.range({ ...query, maxSeries: maxSeries + 1 }, signal);
    return series.map((one) => ({ ...one, key: identityOf(one.object) }));
  }
  const fields = keyFields(question.groupBy);
  const across = question.across ?? 'sum';
  const groups = await reader.groups(
    { ...query, groupOf: groupKeyOf(fields), across, maxGroups: maxSeries + 1 },
    signal,
  );
  return groups.map(({ group, objects, points }) => ({
    key: [group],
    group: groupOfKey(group, fields),
    objects,
    points,
  }));
}

/** What the store is asked for one stretch. */
export function storeQuery(plan: QueryPlan, { startMs, endMs, stepMs }: Stretch): Omit<RangeQuery, 'maxSeries'> {
  const { question, select, fromMs, toMs, tier } = plan;
  return {
    metric: question.metric.metric.name,
    select,
    fromMs: Math.max(startMs, fromMs),
    toMs: Math.min(endMs, toMs),
    stepMs,
    originMs: startMs,
    aggregation: question.aggregation,
    tier: tier.name,
  };
}

/** An object that is in several stretches is one series; what it is called lately counts. */
function joined(found: readonly (readonly Keyed[])[]): Keyed[] {
  const byKey = new Map<string, Keyed>();
  for (const one of found.flat()) {
    const text = JSON.stringify(one.key);
    const before = byKey.get(text);
    if (!before) byKey.set(text, one);
    else {
      const objects = one.objects === undefined ? {} : { objects: Math.max(one.objects, before.objects ?? 0) };
      byKey.set(text, { ...one, ...objects, points: [...before.points, ...one.points] });
    }
  }
  return [...byKey.values()].sort((left, right) => compareKeys(left.key, right.key));
}

function moved(points: Series['points'], { question, askedSteps }: QueryPlan): Series['points'] {
  if (question.offset === undefined) return points;
  return points.map(([step, value]) => [askedSteps.get(step) ?? step, value]);
}

function identityOf({
  namespace = '',
  node = '',
  pod = '',
  container = '',
  resource = '',
  podUid = '',
}: MetricObject): string[] {
  return [namespace, node, pod, container, resource, podUid];
}
