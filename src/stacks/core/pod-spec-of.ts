import { groupOf, type ManifestObject } from './manifest-object.js';

const TEMPLATED = new Set([
  '/ReplicationController',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'batch/Job',
]);

type Fields = Readonly<Record<string, unknown>>;

/** The specification of the pods that an object is or makes; undefined when it makes none (as far as Kubernetes' own kinds go). */
export function podSpecOf(object: ManifestObject): Fields | undefined {
  const kind = `${groupOf(object.apiVersion)}/${object.kind}`;
  if (kind === '/Pod') return at(object, 'spec');
  if (TEMPLATED.has(kind)) return at(object, 'spec', 'template', 'spec');
  if (kind === 'batch/CronJob') return at(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec');
  return undefined;
}

function at(object: ManifestObject, ...path: readonly string[]): Fields | undefined {
  let node: unknown = object;
  for (const field of path) node = isFields(node) ? node[field] : undefined;
  return isFields(node) ? node : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
