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

const RBAC = 'rbac.authorization.k8s.io';

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
  resource('', 'configmaps', 'ConfigMap'),
  resource('', 'secrets', 'Secret'),
  resource('', 'services', 'Service'),
  resource('', 'serviceaccounts', 'ServiceAccount'),
  resource('', 'persistentvolumeclaims', 'PersistentVolumeClaim'),
  resource('', 'persistentvolumes', 'PersistentVolume', false),
  resource('', 'resourcequotas', 'ResourceQuota'),
  resource(RBAC, 'roles', 'Role'),
  resource(RBAC, 'rolebindings', 'RoleBinding'),
  resource(RBAC, 'clusterroles', 'ClusterRole', false),
  resource(RBAC, 'clusterrolebindings', 'ClusterRoleBinding', false),
  resource('networking.k8s.io', 'networkpolicies', 'NetworkPolicy'),
  resource('networking.k8s.io', 'ingresses', 'Ingress'),
  resource('policy', 'poddisruptionbudgets', 'PodDisruptionBudget'),
  resource('scheduling.k8s.io', 'priorityclasses', 'PriorityClass', false),
  resource('storage.k8s.io', 'storageclasses', 'StorageClass', false),
  resource('apiregistration.k8s.io', 'apiservices', 'APIService', false),
  resource('apiextensions.k8s.io', 'customresourcedefinitions', 'CustomResourceDefinition', false),
  resource('coordination.k8s.io', 'leases', 'Lease'),
  resource('discovery.k8s.io', 'endpointslices', 'EndpointSlice'),
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
