import type { MetricObject, ObjectType } from '../sample.js';

/** By what objects are put together: `label:<key>` is a Kubernetes label. */
export const GROUP_FIELDS = ['cluster', 'namespace', 'node', 'workload', 'pod', 'container'] as const;
export type GroupField = (typeof GROUP_FIELDS)[number] | `label:${string}`;

/** What a group has in common; a field that its objects lack is absent. */
export type Group = Readonly<Record<string, string>>;

/** The fields that objects of a type have. */
export const GROUPABLE: Readonly<Record<ObjectType, readonly string[]>> = {
  cluster: ['cluster'],
  ns: ['cluster', 'namespace'],
  node: ['cluster', 'node', 'label:<key>'],
  pod: ['cluster', 'namespace', 'node', 'workload', 'pod', 'label:<key>'],
  pod_container: ['cluster', 'namespace', 'node', 'workload', 'pod', 'container', 'label:<key>'],
  sys_container: ['cluster', 'node', 'container'],
};

/** Whether objects of a type can be put together by a field. */
export function isGroupable(type: ObjectType, field: GroupField): boolean {
  return GROUPABLE[type].includes(field.startsWith('label:') ? 'label:<key>' : field);
}

/**
 * The fields that make a group's key: a workload's or pod's name says nothing without its namespace, which is added; the cluster is one and adds nothing.
 */
export function keyFields(groupBy: readonly GroupField[]): GroupField[] {
  const fields = groupBy.filter((field) => field !== 'cluster');
  const needsNamespace = fields.some((field) => field === 'workload' || field === 'pod');
  return [...new Set<GroupField>(needsNamespace ? ['namespace', ...fields] : fields)];
}

/** Gives an object's group as text, the same for all objects of a group. An object that lacks a field is in the group of those that lack it. */
export function groupKeyOf(fields: readonly GroupField[]): (object: MetricObject) => string {
  return (object) => JSON.stringify(fields.map((field) => valueOf(object, field) ?? null));
}

/** What a key of `groupKeyOf` says. */
export function groupOfKey(key: string, fields: readonly GroupField[]): Group {
  const values = JSON.parse(key) as (string | null)[];
  return Object.fromEntries(
    fields.flatMap((field, index) => (typeof values[index] === 'string' ? [[field, values[index]]] : [])),
  );
}

function valueOf(object: MetricObject, field: GroupField): string | undefined {
  if (field.startsWith('label:')) {
    const key = field.slice('label:'.length);
    return object.labels && Object.hasOwn(object.labels, key) ? object.labels[key] : undefined;
  }
  return object[field as 'namespace' | 'node' | 'workload' | 'pod' | 'container'];
}
