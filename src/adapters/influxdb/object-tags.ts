import type { FluxRow } from './flux-row.js';
import type { MetricObject, ObjectType } from '../../metrics/core/sample.js';

/** Heapster's names of tags (kubernetes-retired/heapster e1e8341, metrics/core/labels.go), and two of ours: `workload` (and `pod_id`, which Heapster left out). */
const TAG_OF = {
  type: 'type',
  node: 'nodename',
  namespace: 'namespace_name',
  pod: 'pod_name',
  podUid: 'pod_id',
  container: 'container_name',
  resource: 'resource_id',
  workload: 'workload',
} as const;

/** The tags that tell one object from another; `workload` and `labels` may change while an object lives. */
export const IDENTITY_TAGS: readonly string[] = [
  'type',
  'namespace_name',
  'nodename',
  'pod_name',
  'container_name',
  'resource_id',
  'pod_id',
];

export const LABELS_TAG = 'labels';
export const CLUSTER_TAG = 'cluster_name';

/** The tag's name in InfluxDB of a field of `MetricObject`. */
export function tagOf(field: keyof typeof TAG_OF): string {
  return TAG_OF[field];
}

/** Tags by name, sorted as InfluxDB wants them; what the object lacks is absent. Values are encoded. */
export function toTags(object: MetricObject, clusterName: string): [string, string][] {
  const tags: [string, string][] = [[CLUSTER_TAG, clusterName]];
  for (const [field, tag] of Object.entries(TAG_OF) as [keyof typeof TAG_OF, string][]) {
    const value = object[field];
    if (value) tags.push([tag, encodeTag(value)]);
  }
  const labels = Object.entries(object.labels ?? {}).map(([key, value]) => `${key}:${value}`);
  if (labels.length > 0) tags.push([LABELS_TAG, encodeTag(labels.sort().join(','))]);
  return tags.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The object that a row of an answer is about. */
export function fromTags(row: Pick<FluxRow, 'text'>): MetricObject {
  const read = (tag: string): string | undefined => {
    const value = row.text(tag);
    return value === '' ? undefined : decodeTag(value);
  };
  const object: Record<string, unknown> = {};
  for (const [field, tag] of Object.entries(TAG_OF)) {
    const value = read(tag);
    if (value !== undefined) object[field] = value;
  }
  const labels = read(LABELS_TAG);
  if (labels !== undefined) object.labels = parseLabels(labels);
  return { ...object, type: object.type as ObjectType };
}

/** Heapster's `k:v,k:v`: neither a key nor a value of a Kubernetes label can hold `,` or `:`. */
function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const colon = pair.indexOf(':');
      return [pair.slice(0, colon), pair.slice(colon + 1)];
    }),
  );
}

/**
 * Line protocol cannot hold a backslash before a delimiter, nor control characters, in a tag. Kubernetes allows none of these in names, but a kubelet may
 * send anything: such characters (and `%` and `"`) are percent-encoded, so that no value can end its tag or its line.
 */
export function encodeTag(value: string): string {
  return value.replace(UNSAFE, (character) => encodeURIComponent(character));
}

export function decodeTag(value: string): string {
  return value.includes('%') ? value.replace(ENCODED, (code) => decodeURIComponent(code)) : value;
}

// eslint-disable-next-line no-control-regex
const UNSAFE = /[%\\"\u0000-\u001f\u007f]/g;
const ENCODED = /%[0-9A-F]{2}/g;
