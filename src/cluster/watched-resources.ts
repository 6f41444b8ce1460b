import type { WatchedResource } from './cluster-watch.port.js';

/** What the view cannot do without. */
export const NODES: WatchedResource = { group: '', version: 'v1', resource: 'nodes' };
export const NAMESPACES: WatchedResource = { group: '', version: 'v1', resource: 'namespaces' };
export const PODS: WatchedResource = { group: '', version: 'v1', resource: 'pods' };

/** The kinds that own pods. Whole objects, not metadata alone: their pod templates say which images they will need. */
export const OWNERS: readonly { readonly kind: string; readonly resource: WatchedResource }[] = [
  { kind: 'Deployment', resource: { group: 'apps', version: 'v1', resource: 'deployments' } },
  { kind: 'ReplicaSet', resource: { group: 'apps', version: 'v1', resource: 'replicasets' } },
  { kind: 'ReplicationController', resource: { group: '', version: 'v1', resource: 'replicationcontrollers' } },
  { kind: 'StatefulSet', resource: { group: 'apps', version: 'v1', resource: 'statefulsets' } },
  { kind: 'DaemonSet', resource: { group: 'apps', version: 'v1', resource: 'daemonsets' } },
  { kind: 'Job', resource: { group: 'batch', version: 'v1', resource: 'jobs' } },
  { kind: 'CronJob', resource: { group: 'batch', version: 'v1', resource: 'cronjobs' } },
];
