/**
 * What a kubelet's `/stats/summary` says, by metric and object: read from the parsed JSON by paths that stand here, and not by the program's decoder, so that a
 * test may hold the one against the other.
 */

type Json = Readonly<Record<string, unknown>>;

/** Where a metric's value stands in a node, pod or container of the summary; several paths are added up. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  'cpu/usage': ['cpu.usageCoreNanoSeconds'],
  'cpu/psi_some': ['cpu.psi.some.total'],
  'cpu/psi_full': ['cpu.psi.full.total'],
  'memory/usage': ['memory.usageBytes'],
  'memory/working_set': ['memory.workingSetBytes'],
  'memory/rss': ['memory.rssBytes'],
  'memory/available': ['memory.availableBytes'],
  'memory/page_faults': ['memory.pageFaults'],
  'memory/major_page_faults': ['memory.majorPageFaults'],
  'memory/psi_some': ['memory.psi.some.total'],
  'memory/psi_full': ['memory.psi.full.total'],
  'io/psi_some': ['io.psi.some.total'],
  'io/psi_full': ['io.psi.full.total'],
  'swap/usage': ['swap.swapUsageBytes'],
  'swap/available': ['swap.swapAvailableBytes'],
  'network/rx': ['network.rxBytes'],
  'network/rx_errors': ['network.rxErrors'],
  'network/tx': ['network.txBytes'],
  'network/tx_errors': ['network.txErrors'],
};
const OF_NODE: typeof PATHS = {
  'process/count': ['rlimit.curproc'],
  'process/limit': ['rlimit.maxpid'],
  'ephemeral_storage/usage': ['fs.usedBytes'],
};
const OF_POD: typeof PATHS = {
  'process/count': ['process_stats.process_count'],
  'ephemeral_storage/usage': ['ephemeral-storage.usedBytes'],
};
const OF_CONTAINER: typeof PATHS = { 'ephemeral_storage/usage': ['rootfs.usedBytes', 'logs.usedBytes'] };
const FILE_SYSTEM: Readonly<Record<string, string>> = {
  'filesystem/usage': 'usedBytes',
  'filesystem/limit': 'capacityBytes',
  'filesystem/available': 'availableBytes',
  'filesystem/inodes': 'inodes',
  'filesystem/inodes_free': 'inodesFree',
  'filesystem/inodes_used': 'inodesUsed',
};
const INTERFACE: Readonly<Record<string, string>> = {
  'interface/rx': 'rxBytes',
  'interface/rx_errors': 'rxErrors',
  'interface/tx': 'txBytes',
  'interface/tx_errors': 'txErrors',
};

export interface RawValue {
  readonly metric: string;
  readonly type: 'node' | 'pod' | 'pod_container' | 'sys_container';
  /** `<node>/<pod>/<container>/<resource>`, what is absent left empty. */
  readonly key: string;
  readonly value: number;
}

export const keyOf = (node = '', pod = '', container = '', resource = ''): string =>
  [node, pod, container, resource].join('/');

/** Every value of one answer. */
export function rawSummaryValues(summary: unknown): RawValue[] {
  const { node, pods } = summary as { node: Json; pods: readonly Json[] };
  const name = String(node['nodeName']);
  const found: RawValue[] = [];
  const add = (type: RawValue['type'], of: Json, key: readonly string[], paths: typeof PATHS): void => {
    for (const [metric, places] of Object.entries({ ...PATHS, ...paths })) {
      const value = places.reduce((sum, path) => sum + numberAt(of, path), 0);
      if (!Number.isNaN(value)) found.push({ metric, type, key: keyOf(name, ...key), value });
    }
    if (typeof of['startTime'] === 'string') {
      found.push({ metric: 'start_time', type, key: keyOf(name, ...key), value: Date.parse(of['startTime']) });
    }
  };
  const addEach = (
    type: RawValue['type'],
    of: unknown,
    key: readonly string[],
    resource: string,
    fields: typeof FILE_SYSTEM,
  ): void => {
    for (const [metric, field] of Object.entries(fields)) {
      const value = numberAt((of ?? {}) as Json, field);
      if (!Number.isNaN(value)) found.push({ metric, type, key: keyOf(name, key[0], key[1], resource), value });
    }
  };
  add('node', node, [], OF_NODE);
  addEach('node', node['fs'], [], '/', FILE_SYSTEM);
  addEach('node', at(node, 'runtime.imageFs'), [], 'imageFs', FILE_SYSTEM);
  addEach('node', at(node, 'runtime.containerFs'), [], 'containerFs', FILE_SYSTEM);
  for (const one of listAt(node, 'network.interfaces'))
    addEach('node', one, [], `Interface:${String(one['name'])}`, INTERFACE);
  for (const one of listAt(node, 'systemContainers'))
    add('sys_container', one, ['', systemName(String(one['name']))], {});
  for (const pod of pods) {
    const podName = String(at(pod, 'podRef.name'));
    add('pod', pod, [podName], OF_POD);
    for (const volume of listAt(pod, 'volume'))
      addEach('pod', volume, [podName], `Volume:${String(volume['name'])}`, FILE_SYSTEM);
    for (const container of listAt(pod, 'containers')) {
      const key = [podName, String(container['name'])];
      add('pod_container', container, key, OF_CONTAINER);
      addEach('pod_container', container['rootfs'], key, '/', FILE_SYSTEM);
      addEach('pod_container', container['logs'], key, 'logs', FILE_SYSTEM);
    }
  }
  return found;
}

/** As Heapster called them. */
const systemName = (name: string): string => ({ runtime: 'docker-daemon', misc: 'system' })[name] ?? name;

function at(of: Json, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Json | undefined)?.[key], of);
}

function numberAt(of: Json, path: string): number {
  const value = at(of, path);
  return typeof value === 'number' ? value : Number.NaN;
}

function listAt(of: Json, path: string): readonly Json[] {
  return (at(of, path) ?? []) as readonly Json[];
}
