import type { MetricObject } from '../sample.js';
import type { FilledPoint } from './fill-points.js';
import type { Group } from './group-key.js';
import type { Expression, Operator } from './parse-expression.js';

/**
 * Computes with series, step by step. Series of two sides belong together when they are of the same object (whatever its workload and labels) or of the same
 * group; one single series that is of no object in particular (the cluster's, or of one group of everything) goes with every series of the other side. A
 * series without its other side is left out; a step in which a side is missing, or in which a division by zero or an overflow comes out, is a gap.
 */
export interface KnownSeries {
  readonly object?: MetricObject;
  readonly group?: Group;
  /** The fields that make the group's key: one that the group lacks tells it apart from groups that do not ask for it. */
  readonly groupedBy?: readonly string[];
  readonly points: readonly FilledPoint[];
}

interface Computed {
  readonly key: string;
  readonly about: Pick<KnownSeries, 'object' | 'group'>;
  readonly points: ReadonlyMap<number, number>;
}

type Value = number | readonly Computed[];

const COMPUTE: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};
/** The key of what is about everything. */
const EVERYTHING = '[]';

/** @param seriesOf the series of a query, by its id; the expression names no others */
export function evaluateExpression(
  expression: Expression,
  seriesOf: (id: string) => readonly KnownSeries[],
): KnownSeries[] {
  const value = evaluate(expression, seriesOf);
  return typeof value === 'number'
    ? []
    : value.map(({ about, points }) => ({ ...about, points: [...points].sort(([left], [right]) => left - right) }));
}

function evaluate(expression: Expression, seriesOf: (id: string) => readonly KnownSeries[]): Value {
  if (expression.kind === 'number') return expression.value;
  if (expression.kind === 'series') return seriesOf(expression.id).map(toComputed);
  return combine(
    COMPUTE[expression.operator],
    evaluate(expression.left, seriesOf),
    evaluate(expression.right, seriesOf),
  );
}

function combine(compute: (left: number, right: number) => number, left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return compute(left, right);
  if (typeof left === 'number')
    return (right as readonly Computed[]).map((one) => mapPoints(one, (v) => compute(left, v)));
  if (typeof right === 'number') return left.map((one) => mapPoints(one, (v) => compute(v, right)));
  return pairsOf(left, right).map(([one, other]) => {
    const { key, about } = one.key === EVERYTHING ? other : one;
    return mapPoints({ key, about, points: one.points }, (value, step) => {
      const otherValue = other.points.get(step);
      return otherValue === undefined ? Number.NaN : compute(value, otherValue);
    });
  });
}

function pairsOf(left: readonly Computed[], right: readonly Computed[]): (readonly [Computed, Computed])[] {
  const [leftOne] = left;
  const [rightOne] = right;
  if (rightOne && right.length === 1 && rightOne.key === EVERYTHING) return left.map((one) => [one, rightOne]);
  if (leftOne && left.length === 1 && leftOne.key === EVERYTHING) return right.map((one) => [leftOne, one]);
  const byKey = new Map(right.map((one) => [one.key, one]));
  return left.flatMap((one) => {
    const other = byKey.get(one.key);
    return other ? [[one, other] as const] : [];
  });
}

function mapPoints(series: Computed, compute: (value: number, step: number) => number): Computed {
  const points = new Map<number, number>();
  for (const [step, value] of series.points) {
    const computed = compute(value, step);
    if (Number.isFinite(computed)) points.set(step, computed);
  }
  return { ...series, points };
}

function toComputed({ object, group, groupedBy, points }: KnownSeries): Computed {
  const known = points.filter((point): point is readonly [number, number] => point[1] !== null);
  return {
    key: keyOf(object, group, groupedBy),
    about: { ...(object && { object }), ...(group && { group }) },
    points: new Map(known),
  };
}

/** A namespace is the same as a group by namespace, and a node as a group by node. */
function keyOf(
  object: MetricObject | undefined,
  group: Group | undefined,
  groupedBy: readonly string[] = Object.keys(group ?? {}),
): string {
  const { type: _type, workload: _workload, labels: _labels, ...identity } = object ?? { type: 'cluster' };
  const ofGroup = group && groupedBy.map((field) => [field, group[field] ?? null] as const);
  const fields = (ofGroup ?? Object.entries(identity)).filter(([, value]) => value !== undefined);
  return JSON.stringify(fields.sort(([left], [right]) => (left < right ? -1 : 1)));
}
