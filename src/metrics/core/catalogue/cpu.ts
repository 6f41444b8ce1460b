import {
  CLAIMED,
  CLUSTER,
  constant,
  counter,
  gauge,
  MEASURED,
  type Metric,
  NODE_AND_CLUSTER,
  ours,
  RATE,
  SUM_OF_NODES,
  SUM_OF_PODS,
  SUMMED,
} from './metric.js';

/** CPU: use, requests, limits, the node's share. */
export const CPU_METRICS: readonly Metric[] = [
  counter('cpu/usage', 'ns', MEASURED, 'CPU time used on all cores', 'cpu.usageCoreNanoSeconds'),
  gauge('cpu/usage_rate', 'millicores', SUMMED, 'CPU use', `cpu/usage: ${RATE}; ${SUM_OF_PODS}`),
  constant(
    'cpu/request',
    'millicores',
    CLAIMED,
    'CPU requested; 0 when nothing is requested, which is what the scheduler counts then',
    `spec.containers[].resources.requests.cpu; pod: sum over containers and sidecars, or spec.resources.requests, with spec.overhead; node: sum over its pods; ${SUM_OF_PODS}`,
  ),
  constant(
    'cpu/limit',
    'millicores',
    CLAIMED,
    'CPU limit; absent when there is none (unlimited)',
    `spec.containers[].resources.limits.cpu; pod: as cpu/request; sums are over what has a limit, absent when nothing has; ${SUM_OF_PODS}`,
  ),
  constant('cpu/node_capacity', 'millicores', NODE_AND_CLUSTER, 'CPU capacity', `status.capacity.cpu; ${SUM_OF_NODES}`),
  constant(
    'cpu/node_allocatable',
    'millicores',
    NODE_AND_CLUSTER,
    'CPU that pods may request',
    `status.allocatable.cpu; ${SUM_OF_NODES}`,
  ),
  gauge(
    'cpu/node_utilization',
    'ratio',
    NODE_AND_CLUSTER,
    'Share of the allocatable CPU in use',
    'cpu/usage_rate / allocatable; cluster: cpu/node_usage_rate / allocatable',
  ),
  constant(
    'cpu/node_reservation',
    'ratio',
    NODE_AND_CLUSTER,
    'Share of the allocatable CPU requested',
    'cpu/request / allocatable',
  ),
  ours(
    gauge(
      'cpu/node_usage_rate',
      'millicores',
      CLUSTER,
      'CPU use of the nodes as wholes: of pods, kubelets, runtimes and the kernel',
      `cpu/usage_rate of nodes; ${SUM_OF_NODES}`,
    ),
  ),
  ours(
    gauge(
      'cpu/system_usage_rate',
      'millicores',
      CLUSTER,
      'CPU use outside of pods: what the nodes use beyond their pods',
      'cpu/node_usage_rate - cpu/usage_rate',
    ),
  ),
];
