import { constant, counter, each, gauge, MEASURED, type Metric, NODE, NODE_AND_POD, ours, PODS } from './metric.js';

/** Start, restarts and processes; extended resources. */
export const LIFECYCLE_METRICS: readonly Metric[] = [
  {
    ...counter('uptime', 'ms', MEASURED, 'Time since the object started', 'time stamp of the values - startTime'),
    rollup: 'constant',
  },
  ours(constant('start_time', 'ms', MEASURED, 'When the object started, since 1970', 'startTime')),
  counter(
    'restart_count',
    'count',
    PODS,
    'Restarts of the container; of a pod: of all its containers',
    'status.containerStatuses[].restartCount; init containers that ran to their end do not count for the pod',
  ),
  ours(
    gauge(
      'process/count',
      'count',
      NODE_AND_POD,
      'Processes; of a node: process ids in use',
      'pod.process_stats.process_count; node.rlimit.curproc',
    ),
  ),
  ours(constant('process/limit', 'count', NODE, 'Process ids that the node has', 'node.rlimit.maxpid')),
];

const EXTENDED = 'of resources that are named domain/name, such as nvidia.com/gpu';

/** Extended resources: what is requested and what a node has. Heapster called the first `<resource>/request`, which is taken as a name of it. */
export const EXTENDED_METRICS: readonly Metric[] = [
  ours(
    constant(
      'extended/request',
      'count',
      ['node', ...PODS],
      'Amount of the extended resource that is requested',
      `spec.containers[].resources.requests ${EXTENDED}; pod: sum over containers and sidecars; node: sum over its pods`,
    ),
  ),
  ours(constant('extended/node_capacity', 'count', NODE, 'Amount that the node has', `status.capacity ${EXTENDED}`)),
  ours(
    constant(
      'extended/node_allocatable',
      'count',
      NODE,
      'Amount that pods may request',
      `status.allocatable ${EXTENDED}`,
    ),
  ),
].map((metric) => each('extended', metric));
