interface CpuUse {
  readonly cpu: { readonly time: string; readonly usageCoreNanoSeconds: number };
}
interface SummaryUse {
  readonly node: CpuUse;
  readonly pods: (CpuUse & {
    readonly podRef: { readonly name: string; readonly namespace: string; readonly uid: string };
    /** Absent where a pod is on its node's network. */
    readonly network?: { readonly time: string; readonly rxBytes: number };
    readonly containers: (CpuUse & { readonly name: string })[];
  })[];
}

type Labels = Readonly<Record<string, string>>;
type Row = readonly [labels: Labels, value: number | string, time: string];

const SANDBOX = { container: '', image: 'registry.k8s.io/pause:3.10', name: 'sandbox' };
const TCP_STATES = ['established', 'listen'];

/** Some of the kubelet's `/metrics/cadvisor` (Prometheus text), with the labels of cAdvisor, made from the same numbers as its summary. */
export function cadvisorMetrics(summary: Buffer): string {
  const { node, pods } = JSON.parse(summary.toString('latin1')) as SummaryUse;
  const cgroups = pods.flatMap(({ podRef: { uid, ...podRef }, containers, ...pod }) => {
    const id = `/kubepods/burstable/pod${uid}`;
    const whose = { namespace: podRef.namespace, pod: podRef.name };
    return [
      { labels: { container: '', id, image: '', name: '', ...whose }, use: pod },
      {
        labels: { ...SANDBOX, id: `${id}/sandbox`, ...whose },
        use: { cpu: { ...pod.cpu, usageCoreNanoSeconds: 1e7 } },
      },
      ...containers.map(({ name, ...use }) => ({
        labels: { container: name, id: `${id}/${name}`, image: 'example.com/app:1', name: `${name}-id`, ...whose },
        use,
      })),
    ];
  });
  const root = { container: '', id: '/', image: '', name: '', namespace: '', pod: '' };
  const all = [{ labels: root, use: node }, { labels: { ...root, id: '/kubepods' }, use: node }, ...cgroups];
  const seconds = ({ cpu }: CpuUse) => cpu.usageCoreNanoSeconds / 1e9;
  const rows = (value: (use: CpuUse) => number): Row[] =>
    all.map(({ labels, use }) => [labels, value(use), use.cpu.time]);
  const network = pods.flatMap(({ podRef, network }): Row[] => {
    if (!network) return [];
    const id = `/kubepods/burstable/pod${podRef.uid}/sandbox`;
    const labels = { ...SANDBOX, id, interface: 'eth0', namespace: podRef.namespace, pod: podRef.name };
    return [[labels, Math.floor(network.rxBytes / 100), network.time]];
  });
  const tcp = all.flatMap(({ labels, use }) =>
    TCP_STATES.map((state, index): Row => [{ ...labels, tcp_state: state }, index + 1, use.cpu.time]),
  );
  return [
    family(
      'container_cpu_cfs_periods_total',
      'counter',
      rows((use) => Math.floor(seconds(use) * 10)),
    ),
    family('container_network_receive_packets_total', 'counter', network),
    family('container_network_tcp_usage_total', 'gauge', tcp),
    family(
      'container_threads',
      'gauge',
      rows((use) => 1 + (Math.floor(seconds(use)) % 7)),
    ),
    family(
      'container_memory_failcnt',
      'counter',
      rows(() => 0).map(([labels, , time]) => [labels, 'NaN', time]),
    ),
    '# HELP machine_cpu_cores Number of logical CPU cores.\n# TYPE machine_cpu_cores gauge\n',
    'machine_cpu_cores{boot_id="boot",machine_id="machine",system_uuid="system"} 8\n',
  ].join('');
}

function family(name: string, type: string, rows: readonly Row[]): string {
  const lines = rows.map(([labels, value, time]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return `${name}{${pairs.join(',')}} ${value} ${Date.parse(time)}\n`;
  });
  return `# HELP ${name} See cAdvisor.\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
