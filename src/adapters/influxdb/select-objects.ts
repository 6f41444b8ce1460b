import type { MetricObject } from '../../metrics/core/sample.js';
import type { ObjectSelector } from '../../metrics/metric-store.port.js';
import { CLUSTER_TAG, encodeTag, tagOf } from './object-tags.js';

/** More namespaces are not put into the query but judged here. */
const LISTED_NAMESPACES = 50;

/** As many objects can be named one by one in a query. */
export const LISTED_OBJECTS = 100;

/** The tags that a selector asks for. What may change while an object lives (workload, labels) is not among them: the newest counts. */
export function selectorTags(
  select: ObjectSelector,
  clusterName: string,
): Record<string, string | string[] | undefined> {
  const encoded = (value: string | undefined) => (value === undefined ? undefined : encodeTag(value));
  const visible = select.visibleNamespaces;
  const listed = visible && visible.length <= LISTED_NAMESPACES ? visible.map(encodeTag) : undefined;
  return {
    [CLUSTER_TAG]: encodeTag(clusterName),
    type: select.type,
    [tagOf('node')]: encoded(select.node),
    [tagOf('namespace')]: encoded(select.namespace) ?? listed,
    [tagOf('pod')]: encoded(select.pod),
    [tagOf('container')]: encoded(select.container),
    [tagOf('resource')]: encoded(select.resource),
  };
}

/**
 * Tags that these objects have and few others: their pods, else their nodes, else their namespaces; none when there are too many of each to be named.
 */
export function narrowTags(objects: readonly MetricObject[]): Record<string, readonly string[]> {
  for (const field of ['podUid', 'node', 'namespace'] as const) {
    const values = new Set<string | undefined>();
    for (const object of objects) if (values.add(object[field]).size > LISTED_OBJECTS) break;
    if (values.size <= LISTED_OBJECTS && !values.has(undefined)) {
      return { [tagOf(field)]: [...values].map((value) => encodeTag(value ?? '')) };
    }
  }
  return {};
}

/** Whether the object is meant; decides on its newest workload and labels. */
export function isSelected(object: MetricObject, select: ObjectSelector): boolean {
  if (select.visibleNamespaces && !select.visibleNamespaces.includes(object.namespace ?? '')) return false;
  if (select.workload !== undefined && object.workload !== select.workload) return false;
  return select.matchesLabels?.(object.labels ?? {}) ?? true;
}

/** One text an identity; equal texts are the same object. */
export function identityOf(object: MetricObject): string {
  return JSON.stringify(identity(object));
}

/** Order by identity: namespace, node, pod, container, resource, uid. */
export function compareIdentity(a: MetricObject, b: MetricObject): number {
  const left = identity(a);
  const right = identity(b);
  const index = left.findIndex((part, place) => part !== right[place]);
  if (index < 0) return 0;
  return (left[index] ?? '') < (right[index] ?? '') ? -1 : 1;
}

function identity({ namespace, node, pod, container, resource, podUid }: MetricObject): string[] {
  return [namespace, node, pod, container, resource, podUid].map((part) => part ?? '');
}
