/**
 * Where shippers write what about a line: the names in their documents, in the order in which they are tried.
 *
 * - Fluentd: the daemonset's image with the filter `kubernetes_metadata` 3.8 (README); input `systemd`, also with its small letters and without its `_`.
 * - Fluent Bit 5.1: filter `kubernetes`, input `systemd`, output `es` (docs, pipeline/).
 * - Filebeat 8 and 9: ECS and `add_kubernetes_metadata` (Beats' exported fields).
 * - Vector 0.57: sources `kubernetes_logs`, `journald`, `file`.
 * - rsyslog 8: `omelasticsearch` with its default template or the one of docs/log-shippers.md; `mmkubernetes` writes as Fluentd does.
 */

/** Inside of `kubernetes`. */
export const KUBERNETES = {
  namespace: [
    'orphaned_namespace', // Fluentd, of a pod that its filter did not find
    'namespace_name', // Fluentd, Fluent Bit
    'namespace', // Filebeat
    'pod_namespace', // Vector
  ],
  pod: ['pod_name', 'pod.name'],
  podUid: ['pod_id', 'pod.uid', 'pod_uid'],
  container: ['container_name', 'container.name'],
  containerId: ['docker_id', 'container_id'],
  node: [
    'host', // Fluentd, Fluent Bit
    'node.name', // Filebeat
    'pod_node_name', // Vector
  ],
  labels: ['labels', 'pod_labels'],
  owners: ['ownerrefs', 'ownerReferences'],
  /** `ReplicaSet/name`: Vector. */
  owner: ['pod_owner'],
} as const;

/** Filebeat names the workload by its kind, inside of `kubernetes`; the outermost first. */
export const FILEBEAT_WORKLOADS = [
  ['deployment.name', 'Deployment'],
  ['statefulset.name', 'StatefulSet'],
  ['daemonset.name', 'DaemonSet'],
  ['cronjob.name', 'CronJob'],
  ['job.name', 'Job'],
  ['replicaset.name', 'ReplicaSet'],
] as const;

/** At the top. */
export const TIMES = [
  '@timestamp', // Fluentd, Fluent Bit, Filebeat, Vector's data streams
  'timestamp', // Vector
  'time', // container parsers
  '__REALTIME_TIMESTAMP', // the journal, microseconds
  '_SOURCE_REALTIME_TIMESTAMP',
  'timereported', // rsyslog
  'timegenerated',
] as const;

export const MESSAGES = ['log', 'message', 'MESSAGE', 'msg'] as const;

/** `P` or true for a part of a line. */
export const PARTIAL = ['logtag', '_p', '_partial'] as const;

/** The runtime's id of a container, where it is not inside of `kubernetes`. */
export const CONTAINER_IDS = ['docker.container_id', 'container.id'] as const;

/** The file, or what is made of its name. */
export const FILES = [
  'log.file.path', // Filebeat
  'metadata.filename', // rsyslog's imfile
  'file', // Vector
  'filepath', // Fluent Bit and Fluentd: as their configuration says
  'filename',
  'path',
  'tag', // Fluentd
  'flb-key', // Fluent Bit
] as const;

/** Of a node's own log. */
export const NODES = [
  '_HOSTNAME', // the journal
  'fromhost', // rsyslog
  'host.name', // Filebeat
  'host',
  'hostname',
] as const;

export const UNITS = [
  '_SYSTEMD_UNIT', // the journal
  'systemd_unit', // Fluentd
  'systemd.unit', // Filebeat
  'programname', // rsyslog
  'syslogtag',
  'SYSLOG_IDENTIFIER',
  'syslog_identifier',
  'syslog.appname',
] as const;

export const SEVERITIES = [
  'PRIORITY',
  'priority',
  'severity',
  'log.syslog.severity.name',
  'syslog.severity_name',
] as const;

/** Objects at the top that tell where a line comes from and how it came, not what it says: they become no fields. */
export const ABOUT_TRANSPORT: ReadonlySet<string> = new Set([
  'kubernetes',
  'kubernetes_namespace',
  'docker',
  'container',
  'orchestrator',
  'agent',
  'ecs',
  'input',
  'host',
  'data_stream',
]);
