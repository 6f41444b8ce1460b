import { OBJECT_TYPES, type ObjectType } from '../core/sample.js';
import type { Metric } from '../core/catalogue/metric.js';
import { METRICS } from '../core/metric-catalogue.js';
import { nearestNames } from './nearest-names.js';

/**
 * Which selector parameters each type of object takes, and what is wrong with a question that asks an object type for what it does not have. Every
 * problem names the parameter, and says what there is.
 */
export type SelectorField = 'node' | 'namespace' | 'pod' | 'container' | 'workload' | 'resource' | 'labelSelector';

const POD: readonly SelectorField[] = ['namespace', 'pod', 'node', 'workload', 'labelSelector'];
const FIELDS: Readonly<Record<ObjectType, readonly SelectorField[]>> = {
  cluster: [],
  ns: ['namespace'],
  node: ['node', 'labelSelector'],
  pod: POD,
  pod_container: [...POD, 'container'],
  sys_container: ['node', 'container'],
};
const ALL: readonly SelectorField[] = [...FIELDS.pod_container, 'resource'];

/** One parameter that is wrong, and what is allowed. */
export interface FieldProblem {
  readonly field: string;
  readonly detail: string;
}

/** What is asked, as far as it can be judged without any data. */
export interface Question {
  readonly metric: Metric;
  readonly object: ObjectType;
  readonly given: ReadonlySet<SelectorField>;
}

/** What is wrong with the question; empty when nothing is. */
export function selectorProblems({ metric, object, given }: Question): FieldProblem[] {
  if (!metric.objects.includes(object)) return [objectProblem(metric, object)];
  const takes = FIELDS[object];
  return ALL.filter((field) => given.has(field)).flatMap((field): FieldProblem[] => {
    if (field === 'resource') return metric.family ? [] : [{ field, detail: noResources(metric) }];
    if (takes.includes(field)) return [];
    const detail = `does not apply to object=${object}, which takes ${takes.length > 0 ? takes.join(', ') : 'none of the selectors'}`;
    return [{ field, detail }];
  });
}

/** "No such metric", and all metrics, nearest first. */
export function unknownMetric(name: string): string {
  const names = nearestNames(
    name,
    METRICS.map((metric) => metric.name),
  );
  return `${JSON.stringify(name)} is not a metric; there are (nearest first) ${names.join(', ')}`;
}

export const OBJECT_ERROR = `must be one of ${OBJECT_TYPES.join(', ')}`;

function objectProblem(metric: Metric, object: ObjectType): FieldProblem {
  if (metric.objects.length === 0) return { field: 'metric', detail: `${metric.name} is ${metric.source}` };
  return { field: 'object', detail: `${object} does not have ${metric.name}; ${metric.objects.join(', ')} have it` };
}

function noResources(metric: Metric): string {
  const labeled = METRICS.filter((one) => one.family).map(({ name }) => name);
  return `${metric.name} is not kept by resource; ${labeled.join(', ')} are`;
}
