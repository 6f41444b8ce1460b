import { duration, flag, integer, metricNames, oneOf, size, text, variable } from './variables.js';

/** Environment variables: the cluster and what is collected from it. */
export const COLLECTION = {
  KUBECONFIG: variable({
    as: 'kubeconfig',
    schema: text.optional(),
    group: 'Cluster',
    description: 'The cluster, as kubectl reads it. Unset: `~/.kube/config`, then the service account of the pod.',
  }),
  CLUSTER_NAME: variable({
    as: 'clusterName',
    schema: text,
    default: 'default',
    group: 'Cluster',
    description: 'The name of the cluster in answers and in the `cluster_name` tag of InfluxDB.',
  }),
  KUBELET_ACCESS: variable({
    as: 'kubeletAccess',
    schema: oneOf(['auto', 'direct', 'proxy']),
    default: 'auto',
    group: 'Collection',
    description:
      "How kubelets are reached: at the node's address (`direct`, which is what `auto` does) or through the API server (`proxy`; needs `nodes/proxy`, which is as good as exec on every pod).",
  }),
  KUBELET_CA_FILE: variable({
    as: 'kubeletCaFile',
    schema: text.optional(),
    group: 'Collection',
    description: "PEM file with the authority that signs the kubelets' certificates. Unset: the cluster's.",
  }),
  KUBELET_INSECURE_TLS: variable({
    as: 'kubeletInsecureTls',
    schema: flag,
    default: 'false',
    group: 'Collection',
    description:
      "Do not verify kubelets' certificates: whoever answers at a node's address gets our token. The last way out.",
  }),
  KUBELET_TIMEOUT: variable({
    as: 'kubeletTimeoutMs',
    schema: duration('1s', '60s'),
    default: '10s',
    unit: 'duration',
    group: 'Collection',
    description: "The deadline of one node's answer, from connection to last byte.",
  }),
  KUBELET_KEPT_CONNECTIONS: variable({
    as: 'kubeletKeptConnections',
    schema: integer(0, 10_000),
    default: '200',
    unit: 'connections',
    group: 'Collection',
    description:
      "Kubelets to which a connection stays open between two cycles. Opening one costs a millisecond of CPU, an idle one takes 140 kB. The others' are closed after each answer.",
  }),
  KUBELET_MAX_BODY: variable({
    as: 'kubeletMaxBodyBytes',
    schema: size('1Mi', '256Mi'),
    default: '32Mi',
    unit: 'size',
    group: 'Collection',
    description: 'The largest answer of a kubelet that is read.',
  }),
  KUBELET_CONCURRENCY: variable({
    as: 'kubeletConcurrency',
    schema: integer(1, 256),
    default: '32',
    unit: 'nodes',
    group: 'Collection',
    description: 'How many kubelets one process asks at once.',
  }),
  METRIC_RESOLUTION: variable({
    as: 'metricResolutionMs',
    schema: duration('5s', '1h'),
    default: '60s',
    unit: 'duration',
    group: 'Collection',
    description:
      'The time between two collections. Kubelets refresh their figures every 10 to 15 seconds; in a collection that brings the same figures again an object has no rates, and sums of rates lack it.',
  }),
  METRIC_SHARD_NODES: variable({
    as: 'metricShardNodes',
    schema: integer(1, 1000),
    default: '100',
    unit: 'nodes',
    group: 'Collection',
    description: 'How many nodes one collection job takes.',
  }),
  METRICS_CUSTOM: variable({
    as: 'metricsCustom',
    schema: metricNames(50),
    default: '',
    group: 'Collection',
    description:
      "Metrics of cAdvisor that are collected beside, from each kubelet's `/metrics/cadvisor`: names, separated by commas, `*` at the end for any rest, at most 50. They are `custom/value` and `custom/accumulated` of the resource `Custom:<name>`, and need the right to get `nodes/metrics`.",
  }),
  METRICS_CUSTOM_MAX_SERIES: variable({
    as: 'metricsCustomMaxSeries',
    schema: integer(1, 100_000),
    default: '2000',
    unit: 'series',
    group: 'Collection',
    description: 'How many values of `METRICS_CUSTOM` one node may have; what comes after is left out, and counted.',
  }),
  METRIC_RETENTION_RAW: variable({
    as: 'metricRetentionRawMs',
    schema: duration('1h', '10000d'),
    default: '3d',
    unit: 'duration',
    group: 'Collection',
    description:
      'How long samples are kept as they were collected. Whole UTC days go, and only once they are rolled up.',
  }),
  METRIC_RETENTION_5M: variable({
    as: 'metricRetention5mMs',
    schema: duration('1h', '10000d'),
    default: '30d',
    unit: 'duration',
    group: 'Collection',
    description: 'How long rows of five minutes are kept.',
  }),
  METRIC_RETENTION_1H: variable({
    as: 'metricRetention1hMs',
    schema: duration('1h', '10000d'),
    default: '400d',
    unit: 'duration',
    group: 'Collection',
    description: 'How long rows of an hour are kept.',
  }),
  METRICS_MAX_BYTES: variable({
    as: 'metricsMaxBytes',
    schema: size('0', '1Pi'),
    default: '0',
    unit: 'size',
    group: 'Collection',
    description:
      'The most disk that the embedded metric store takes: above it the oldest days go, of samples first, then of five minutes, then of hours. `0`: no bound.',
  }),
} as const;
