import type { Metric } from '../core/catalogue/metric.js';
import { findMetric, METRICS } from '../core/metric-catalogue.js';
import { type GroupField, GROUPABLE, isGroupable } from '../core/query/group-key.js';
import { OBJECT_TYPES, type ObjectType } from '../core/sample.js';
import { nearestNames } from './nearest-names.js';

/**
 * Which selector parameters each type of object takes, and what is wrong with a question that asks an object type or a metric for what it does not have.
 * Every problem names the parameter, and says what there is.
 */
export const SELECTORS = ['node', 'namespace', 'pod', 'container', 'workload', 'resource', 'labelSelector'] as const;
export type SelectorField = (typeof SELECTORS)[number];

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
const OF_COUNTERS: ReadonlySet<string | undefined> = new Set(['rate', 'increase']);

/** One parameter that is wrong, and what is allowed. */
export interface FieldProblem {
  readonly field: string;
  readonly detail: string;
}

/** What is asked, as far as it can be judged without any data. */
export interface QuestionShape {
  readonly metric: Metric;
  readonly object: ObjectType;
  readonly given: ReadonlySet<SelectorField>;
  /** The value of the selector `resource`, and the resource that the metric's name bears. */
  readonly resource?: string | undefined;
  readonly namedResource?: string | undefined;
  readonly aggregation?: string | undefined;
  readonly groupBy?: readonly GroupField[] | undefined;
  readonly across?: string | undefined;
}

/** What is wrong with the question; empty when nothing is. */
export function questionProblems(question: QuestionShape): FieldProblem[] {
  const { metric, object } = question;
  if (!metric.objects.includes(object)) return [objectProblem(metric, object)];
  return [...selectorProblems(question), ...aggregationProblems(question), ...groupProblems(question)];
}

/** So many names are offered for one that is wrong. */
const OFFERED = 12;

/** "No such metric", and those that are nearest to it. */
export function unknownMetric(name: string): string {
  const names = nearestNames(
    name,
    METRICS.map((metric) => metric.name),
  );
  return `${JSON.stringify(name)} is not a metric; nearest are ${names.slice(0, OFFERED).join(', ')} (GET /api/v1/metrics/catalogue lists all)`;
}

export const OBJECT_ERROR = `must be one of ${OBJECT_TYPES.join(', ')}`;

function selectorProblems({ metric, object, given, resource, namedResource }: QuestionShape): FieldProblem[] {
  const takes = FIELDS[object];
  return ALL.filter((field) => given.has(field)).flatMap((field): FieldProblem[] => {
    if (field === 'resource') {
      if (!metric.family) return [{ field, detail: noResources(metric) }];
      const isAnother = namedResource !== undefined && resource !== namedResource;
      return isAnother ? [{ field, detail: `the metric's name already says ${namedResource}` }] : [];
    }
    if (takes.includes(field)) return [];
    const detail = `does not apply to object=${object}, which takes ${takes.length > 0 ? takes.join(', ') : 'none of the selectors'}`;
    return [{ field, detail }];
  });
}

function aggregationProblems({ metric, object, aggregation }: QuestionShape): FieldProblem[] {
  if (!OF_COUNTERS.has(aggregation) || metric.kind === 'cumulative') return [];
  const counter = metric.name.endsWith('_rate') ? findMetric(metric.name.slice(0, -'_rate'.length)) : undefined;
  const cumulative = METRICS.filter(({ kind, objects }) => kind === 'cumulative' && objects.includes(object));
  const which =
    cumulative.length > 0 ? `of ${object}: ${cumulative.map(({ name }) => name).join(', ')}` : `none of ${object}`;
  const hint = counter
    ? `${metric.name} is a rate already (of ${counter.name}): take avg`
    : `${metric.name} is a ${metric.kind}`;
  return [{ field: 'aggregation', detail: `${String(aggregation)} is for cumulative metrics (${which}); ${hint}` }];
}

function groupProblems({ object, groupBy, across }: QuestionShape): FieldProblem[] {
  if (!groupBy) return across === undefined ? [] : [{ field: 'across', detail: 'needs groupBy' }];
  const wrong = groupBy.find((field) => !isGroupable(object, field));
  if (wrong === undefined) return [];
  return [
    { field: 'groupBy', detail: `${object} has no ${wrong}; it can be grouped by ${GROUPABLE[object].join(', ')}` },
  ];
}

function objectProblem(metric: Metric, object: ObjectType): FieldProblem {
  if (metric.objects.length === 0) return { field: 'metric', detail: `${metric.name} is ${metric.source}` };
  return { field: 'object', detail: `${object} does not have ${metric.name}; ${metric.objects.join(', ')} have it` };
}

function noResources(metric: Metric): string {
  const families = new Set(METRICS.filter((one) => one.family).map(({ name }) => name.split('/')[0]));
  return `${metric.name} is not kept by resource; the metrics of ${[...families].join(', ')} are`;
}
