interface Use {
  readonly cpu: { readonly time: string; readonly usageCoreNanoSeconds: number };
  readonly memory: { readonly workingSetBytes: number };
}
interface SummaryUse {
  readonly node: Use;
  readonly pods: (Use & {
    readonly podRef: { readonly name: string; readonly namespace: string };
    readonly containers: (Use & { readonly name: string; readonly startTime: string })[];
  })[];
}

/** The kubelet's `/metrics/resource` (Prometheus text), from the same numbers as its summary. */
export function resourceMetrics(summary: Buffer): string {
  const { node, pods } = JSON.parse(summary.toString('latin1')) as SummaryUse;
  const lines: string[] = [];
  const family = (name: string, type: string, rows: [string, number, string][]) => {
    lines.push(`# HELP ${name} [STABLE] See the kubelet.`, `# TYPE ${name} ${type}`);
    for (const [labels, value, time] of rows) lines.push(`${name}${labels} ${value} ${Date.parse(time)}`);
  };
  const containers = pods.flatMap(({ podRef, containers }) =>
    containers.map((item) => ({
      item,
      labels: `{container="${item.name}",namespace="${podRef.namespace}",pod="${podRef.name}"}`,
    })),
  );
  const podRows = pods.map((item) => ({
    item,
    labels: `{namespace="${item.podRef.namespace}",pod="${item.podRef.name}"}`,
  }));
  const rowsOf = (from: { item: Use; labels: string }[], value: (use: Use) => number): [string, number, string][] =>
    from.map(({ item, labels }) => [labels, value(item), item.cpu.time]);
  const seconds = (use: Use) => use.cpu.usageCoreNanoSeconds / 1e9;
  const bytes = (use: Use) => use.memory.workingSetBytes;
  family('container_cpu_usage_seconds_total', 'counter', rowsOf(containers, seconds));
  family('container_memory_working_set_bytes', 'gauge', rowsOf(containers, bytes));
  family(
    'container_start_time_seconds',
    'gauge',
    containers.map(({ item, labels }) => [labels, Date.parse(item.startTime) / 1000, item.cpu.time]),
  );
  family('node_cpu_usage_seconds_total', 'counter', rowsOf([{ item: node, labels: '' }], seconds));
  family('node_memory_working_set_bytes', 'gauge', rowsOf([{ item: node, labels: '' }], bytes));
  family('pod_cpu_usage_seconds_total', 'counter', rowsOf(podRows, seconds));
  family('pod_memory_working_set_bytes', 'gauge', rowsOf(podRows, bytes));
  lines.push('# TYPE resource_scrape_error gauge', 'resource_scrape_error 0', '');
  return lines.join('\n');
}
