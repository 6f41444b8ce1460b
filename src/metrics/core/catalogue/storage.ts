import type { ObjectType, ResourceFamily } from '../sample.js';
import {
  CLAIMED,
  constant,
  each,
  gauge,
  MEASURED,
  type Metric,
  NODE_AND_CLUSTER,
  ours,
  SUM_OF_NODES,
  SUM_OF_PODS,
} from './metric.js';

const FILE_SYSTEM =
  'of node.fs, node.runtime.imageFs and containerFs, pod.volume[], container.rootfs and container.logs';
const CLAIM = 'of pod.volume[] with a pvcRef';

/** Storage: ephemeral storage, file systems, persistent volumes by their claim. */
export const STORAGE_METRICS: readonly Metric[] = [
  gauge(
    'ephemeral_storage/usage',
    'bytes',
    CLAIMED,
    'Local storage in use: of a node its file system, of a pod what counts against its limit, of a container its layer and logs',
    `node.fs.usedBytes; pod.ephemeral-storage.usedBytes; container.rootfs.usedBytes + container.logs.usedBytes; ${SUM_OF_PODS}`,
  ),
  constant(
    'ephemeral_storage/request',
    'bytes',
    CLAIMED,
    'Local storage requested; 0 when nothing is requested',
    `spec.containers[].resources.requests.ephemeral-storage; summed as cpu/request; ${SUM_OF_PODS}`,
  ),
  constant(
    'ephemeral_storage/limit',
    'bytes',
    CLAIMED,
    'Local storage limit; absent when there is none (unlimited)',
    `spec.containers[].resources.limits.ephemeral-storage; summed as cpu/limit; ${SUM_OF_PODS}`,
  ),
  constant(
    'ephemeral_storage/node_capacity',
    'bytes',
    NODE_AND_CLUSTER,
    'Local storage capacity',
    `status.capacity.ephemeral-storage; ${SUM_OF_NODES}`,
  ),
  constant(
    'ephemeral_storage/node_allocatable',
    'bytes',
    NODE_AND_CLUSTER,
    'Local storage that pods may request',
    `status.allocatable.ephemeral-storage; ${SUM_OF_NODES}`,
  ),
  gauge(
    'ephemeral_storage/node_utilization',
    'ratio',
    NODE_AND_CLUSTER,
    'Share of the allocatable local storage in use',
    'ephemeral_storage/usage of nodes / allocatable',
  ),
  constant(
    'ephemeral_storage/node_reservation',
    'ratio',
    NODE_AND_CLUSTER,
    'Share of the allocatable local storage requested',
    'ephemeral_storage/request / allocatable',
  ),
  ...volume('filesystem', 'filesystem', MEASURED, 'the file system', FILE_SYSTEM),
  ...volume('persistent_volume', 'claim', ['pod'], "the claim's volume", CLAIM).map(ours),
];

function volume(
  subject: string,
  family: ResourceFamily,
  objects: readonly ObjectType[],
  what: string,
  of: string,
): Metric[] {
  return [
    gauge(`${subject}/usage`, 'bytes', objects, `Bytes used on ${what}`, `usedBytes ${of}`),
    constant(`${subject}/limit`, 'bytes', objects, `Size of ${what}`, `capacityBytes ${of}`),
    gauge(`${subject}/available`, 'bytes', objects, `Bytes free on ${what}`, `availableBytes ${of}`),
    constant(`${subject}/inodes`, 'count', objects, `Inodes of ${what}`, `inodes ${of}`),
    gauge(`${subject}/inodes_free`, 'count', objects, `Inodes free on ${what}`, `inodesFree ${of}`),
    ours(gauge(`${subject}/inodes_used`, 'count', objects, `Inodes used on ${what}`, `inodesUsed ${of}`)),
  ].map((metric) => each(family, metric));
}
