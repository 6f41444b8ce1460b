/** Documents as shippers send them: their layouts are those that were recorded of Fluent Bit 5.1.1 and Fluentd 1.16.5 where the name says so, else those of the shippers' documentation; the values are made up. */
const ID = 'c0ffee00'.repeat(8);
const UID = '6f1b2c3d-0000-4000-8000-000000000001';
const ISO = '2026-01-01T10:00:07.123Z';
/** `ISO` in nanoseconds since the epoch. */
export const AT_NS = 1_767_261_607_123_000_000n;
const POD = { namespace: 'shop', pod: 'web-5d4f-x7k2', container: 'web' };

interface Sample {
  readonly name: string;
  readonly document: Record<string, unknown>;
  /** What its record holds at least. */
  readonly record: Record<string, unknown>;
  /** The names of all of its fields; none unless given. */
  readonly fields?: readonly string[];
}

const fluentKubernetes = {
  namespace_name: 'shop',
  pod_name: 'web-5d4f-x7k2',
  pod_id: UID,
  pod_ip: '10.0.0.7',
  container_name: 'web',
  container_image: 'registry.example/shop/web:1.2',
  host: 'node-1',
  labels: { app: 'web', 'app.kubernetes.io/name': 'web' },
};

export const SAMPLES: readonly Sample[] = [
  {
    name: 'Fluent Bit, recorded: CRI, kubernetes filter',
    document: {
      '@timestamp': '2026-01-01T10:00:07.123456789Z',
      time: '2026-01-01T10:00:07.123456789Z',
      stream: 'stderr',
      _p: 'F',
      log: '2026-01-01 ERROR payment failed',
      kubernetes: { ...fluentKubernetes, docker_id: ID, container_hash: 'sha256:1' },
    },
    record: {
      ...POD,
      timeNs: AT_NS + 456_789n,
      stream: 'stderr',
      message: '2026-01-01 ERROR payment failed',
      level: 'error',
      podUid: UID,
      containerId: ID,
      node: 'node-1',
      labels: { app: 'web', 'app.kubernetes.io/name': 'web' },
    },
  },
  {
    name: 'Fluent Bit: Merge_Log lifts the keys of a JSON line',
    document: {
      '@timestamp': ISO,
      stream: 'stdout',
      log: '{"level":"warn","msg":"slow","host":"shop.example","took":12}\n',
      level: 'warn',
      msg: 'slow',
      host: 'shop.example',
      took: 12,
      kubernetes: fluentKubernetes,
    },
    record: { ...POD, node: 'node-1', message: 'slow', level: 'warn', timeNs: AT_NS },
    fields: ['level', 'msg', 'host', 'took'],
  },
  {
    name: 'Fluent Bit: owner references',
    document: {
      '@timestamp': ISO,
      log: 'x',
      kubernetes: {
        ...fluentKubernetes,
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d4f', controller: true, uid: UID }],
      },
    },
    record: { ...POD, workload: 'ReplicaSet/web-5d4f' },
  },
  {
    name: 'Fluent Bit: no metadata found',
    document: { '@timestamp': ISO, log: 'x', stream: 'stdout', kubernetes: null },
    record: { message: 'x', stream: 'stdout' },
  },
  {
    name: 'Fluent Bit: systemd input',
    document: {
      '@timestamp': ISO,
      _HOSTNAME: 'node-1',
      _SYSTEMD_UNIT: 'kubelet.service',
      _PID: '812',
      PRIORITY: '3',
      MESSAGE: 'could not mount',
    },
    record: { node: 'node-1', unit: 'kubelet.service', level: 'error', message: 'could not mount' },
    fields: ['_PID', 'PRIORITY'],
  },
  {
    name: 'Fluentd: daemonset with the JSON parser (Docker)',
    document: {
      log: 'hello\n',
      stream: 'stdout',
      docker: { container_id: ID },
      kubernetes: { ...fluentKubernetes, master_url: 'https://10.96.0.1:443/api', namespace_id: UID },
      '@timestamp': '2026-01-01T10:00:07.123456789+00:00',
      tag: 'kubernetes.var.log.containers.web.log',
    },
    record: { ...POD, message: 'hello', containerId: ID, timeNs: AT_NS + 456_789n },
    fields: ['tag'],
  },
  {
    name: 'Fluentd: daemonset with the CRI parser',
    document: {
      message: 'hello',
      logtag: 'F',
      stream: 'stdout',
      time: '2026-01-01T11:00:07.123+01:00',
      docker: { container_id: ID },
      kubernetes: { ...fluentKubernetes, ownerrefs: [{ kind: 'ReplicaSet', name: 'web-5d4f' }] },
    },
    record: { ...POD, message: 'hello', workload: 'ReplicaSet/web-5d4f', timeNs: AT_NS },
  },
  {
    name: 'Fluentd, recorded: CRI, include_timestamp',
    document: {
      stream: 'stdout',
      logtag: 'F',
      log: 'hello',
      kubernetes: { container_name: 'web', namespace_name: 'shop', pod_name: 'web-5d4f-x7k2' },
      '@timestamp': '2026-01-01T10:00:07.123456789+00:00',
    },
    record: { ...POD, message: 'hello', stream: 'stdout', timeNs: AT_NS + 456_789n },
  },
  {
    name: 'Fluentd, recorded: what it says itself',
    document: { worker: 0, message: 'fluentd worker is now running worker=0', '@timestamp': '2026-01-01T10:00:07.123+00:00' },
    record: { message: 'fluentd worker is now running worker=0', timeNs: AT_NS },
    fields: ['worker'],
  },
  {
    name: 'Fluentd: a pod that its filter does not find any more',
    document: {
      '@timestamp': ISO,
      log: 'last words',
      kubernetes: { ...fluentKubernetes, namespace_name: '.orphaned', orphaned_namespace: 'shop', namespace_id: 'orphaned' },
    },
    record: { ...POD, message: 'last words' },
  },
  {
    name: 'Fluentd: no filter, the tag alone, a raw line of a CRI file',
    document: {
      '@timestamp': ISO,
      tag: `kubernetes.var.log.containers.web-5d4f-x7k2_shop_web-${ID}.log`,
      log: '2026-01-01T10:00:07.5Z stderr F raw',
    },
    record: { ...POD, containerId: ID, message: 'raw', stream: 'stderr', timeNs: AT_NS + 377_000_000n },
  },
  {
    name: 'Fluentd: systemd input, small letters',
    document: { '@timestamp': ISO, hostname: 'node-1', systemd_unit: 'containerd.service', priority: '6', message: 'up' },
    record: { node: 'node-1', unit: 'containerd.service', level: 'info', message: 'up' },
    fields: ['priority'],
  },
  {
    name: 'Filebeat: container input, add_kubernetes_metadata',
    document: {
      '@timestamp': ISO,
      '@metadata': { beat: 'filebeat' },
      message: 'hello',
      stream: 'stdout',
      log: { offset: 4711, file: { path: `/var/log/containers/web-5d4f-x7k2_shop_web-${ID}.log` } },
      input: { type: 'container' },
      ecs: { version: '8.0.0' },
      agent: { type: 'filebeat', version: '8.19.0', id: UID },
      host: { name: 'node-1' },
      container: { id: ID, runtime: 'containerd', image: { name: 'registry.example/shop/web:1.2' } },
      orchestrator: { cluster: { name: 'prod' } },
      kubernetes: {
        namespace: 'shop',
        namespace_uid: UID,
        pod: { name: 'web-5d4f-x7k2', uid: UID, ip: '10.0.0.7' },
        container: { name: 'web' },
        node: { name: 'node-1' },
        replicaset: { name: 'web-5d4f' },
        deployment: { name: 'web' },
        labels: { app: 'web', app_kubernetes_io: { name: 'web' } },
      },
    },
    record: {
      ...POD,
      message: 'hello',
      podUid: UID,
      containerId: ID,
      node: 'node-1',
      workload: 'Deployment/web',
      labels: { app: 'web', 'app_kubernetes_io.name': 'web' },
    },
    fields: ['@metadata.beat', 'log.offset', 'log.file.path'],
  },
  {
    name: 'Filebeat: an ECS logger',
    document: {
      '@timestamp': ISO,
      message: 'paid',
      log: { level: 'WARN', logger: 'shop.Cart' },
      error: { type: 'java.io.IOException', stack_trace: 'java.io.IOException\n\tat a' },
      kubernetes: { namespace: 'shop', pod: { name: 'web-5d4f-x7k2' }, container: { name: 'web' } },
    },
    record: { ...POD, message: 'paid', level: 'warn' },
    fields: ['log.level', 'log.logger', 'error.type', 'error.stack_trace'],
  },
  {
    name: 'Filebeat: journald',
    document: {
      '@timestamp': ISO,
      message: 'oom',
      systemd: { unit: 'kubelet.service' },
      log: { syslog: { priority: 4, severity: { name: 'Warning' } } },
      host: { hostname: 'node-1', name: 'node-1' },
      agent: { type: 'filebeat' },
    },
    record: { node: 'node-1', unit: 'kubelet.service', message: 'oom' },
    fields: ['systemd.unit', 'log.syslog.priority', 'log.syslog.severity.name'],
  },
  {
    name: 'Filebeat: a file of the node',
    document: {
      '@timestamp': ISO,
      message: 'x',
      log: { file: { path: '/var/log/cloud-init.log' } },
      host: { name: 'node-1' },
    },
    record: { node: 'node-1', unit: '/var/log/cloud-init.log', message: 'x' },
    fields: ['log.file.path'],
  },
  {
    name: 'Vector: kubernetes_logs',
    document: {
      timestamp: '2026-01-01T10:00:07.123456789Z',
      message: 'hello',
      stream: 'stdout',
      source_type: 'kubernetes_logs',
      file: `/var/log/pods/shop_web-5d4f-x7k2_${UID}/web/0.log`,
      kubernetes: {
        pod_namespace: 'shop',
        pod_name: 'web-5d4f-x7k2',
        pod_uid: UID,
        pod_node_name: 'node-1',
        pod_owner: 'ReplicaSet/web-5d4f',
        pod_labels: { app: 'web' },
        container_name: 'web',
        container_id: `containerd://${ID}`,
        container_image: 'registry.example/shop/web:1.2',
      },
    },
    record: {
      ...POD,
      timeNs: AT_NS + 456_789n,
      podUid: UID,
      containerId: ID,
      node: 'node-1',
      workload: 'ReplicaSet/web-5d4f',
      labels: { app: 'web' },
    },
    fields: ['source_type', 'file'],
  },
  {
    name: 'Vector: journald',
    document: { timestamp: ISO, host: 'node-1', message: 'up', PRIORITY: '6', _SYSTEMD_UNIT: 'sshd.service' },
    record: { node: 'node-1', unit: 'sshd.service', level: 'info', message: 'up' },
    fields: ['PRIORITY'],
  },
  {
    name: 'Vector: file',
    document: { timestamp: ISO, file: `/var/log/pods/shop_web-5d4f-x7k2_${UID}/web/3.log`, host: 'node-1', message: 'x' },
    record: { ...POD, podUid: UID, restart: 3, message: 'x' },
    fields: ['host'],
  },
  {
    name: 'rsyslog: default template',
    document: {
      message: ' Accepted publickey',
      fromhost: 'node-1',
      facility: 'auth',
      priority: 'notice',
      timereported: '2026-01-01T11:00:07.123+01:00',
      timegenerated: '2026-01-01T11:00:07.200+01:00',
    },
    record: { node: 'node-1', level: 'info', message: ' Accepted publickey', timeNs: AT_NS },
    fields: ['facility', 'priority', 'timegenerated'],
  },
  {
    name: 'rsyslog: with its tag',
    document: { '@timestamp': ISO, host: 'node-1', severity: 'err', facility: 'daemon', syslogtag: 'sshd[123]:', message: 'x' },
    record: { node: 'node-1', unit: 'sshd', level: 'error', message: 'x' },
    fields: ['severity', 'facility'],
  },
  {
    name: 'unknown: a JSON document',
    document: { '@timestamp': 1767261607.5, event: { action: 'login', ok: true }, user: 'j' },
    record: { message: '{"event":{"action":"login","ok":true},"user":"j"}', timeNs: 1_767_261_607_500_000_000n },
    fields: ['event.action', 'event.ok', 'user'],
  },
  { name: 'unknown: empty', document: {}, record: { message: '{}', timeNs: 99n } },
  {
    name: 'unknown: a message that is no text',
    document: { time: 1_767_261_607_123, message: { a: 1 } },
    record: { message: '{"message":{"a":1}}', timeNs: AT_NS },
    fields: ['message.a'],
  },
  {
    name: 'unknown: a time that is none',
    document: { '@timestamp': 'yesterday', message: 'x' },
    record: { message: 'x', timeNs: 99n },
    fields: ['@timestamp'],
  },
];
