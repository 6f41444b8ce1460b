/** The resources that the simulated API server knows. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

function resource(group: string, plural: string, kind: string, isNamespaced = true): Resource {
  return { group, version: 'v1', plural, kind, isNamespaced };
}

export const RESOURCES: readonly Resource[] = [
  resource('', 'nodes', 'Node', false),
  resource('', 'namespaces', 'Namespace', false),
  resource('', 'pods', 'Pod'),
  resource('', 'replicationcontrollers', 'ReplicationController'),
  resource('apps', 'deployments', 'Deployment'),
  resource('apps', 'replicasets', 'ReplicaSet'),
  resource('apps', 'statefulsets', 'StatefulSet'),
  resource('apps', 'daemonsets', 'DaemonSet'),
  resource('batch', 'jobs', 'Job'),
  resource('batch', 'cronjobs', 'CronJob'),
  resource('events.k8s.io', 'events', 'Event'),
];

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(resource: { group: string; version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** The plural of a kind that is served. */
export function pluralOf(kind: string): string {
  const found = RESOURCES.find((resource) => resource.kind === kind);
  if (!found) throw new Error(`The simulated API server serves no ${kind}`);
  return found.plural;
}
