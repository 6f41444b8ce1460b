import { KeyTable } from './json-keys.js';

// prettier-ignore
const NAMES = [
  'node', 'pods', 'nodeName', 'systemContainers', 'startTime', 'cpu', 'memory', 'io', 'network', 'fs', 'runtime', 'rlimit', 'swap', 'imageFs',
  'containerFs', 'podRef', 'name', 'namespace', 'uid', 'containers', 'volume', 'ephemeral-storage', 'process_stats', 'rootfs', 'logs', 'pvcRef',
  'time', 'psi', 'some', 'full', 'total', 'usageCoreNanoSeconds', 'usageBytes', 'workingSetBytes', 'rssBytes', 'availableBytes', 'pageFaults',
  'majorPageFaults', 'rxBytes', 'rxErrors', 'txBytes', 'txErrors', 'interfaces', 'usedBytes', 'capacityBytes', 'inodes', 'inodesFree', 'inodesUsed',
  'maxpid', 'curproc', 'process_count', 'swapUsageBytes', 'swapAvailableBytes',
] as const;

/** The keys of a kubelet's summary that are read (k8s.io/kubelet/pkg/apis/stats/v1alpha1). */
export const SUMMARY_KEYS = new KeyTable(NAMES);

/** The number of each of them, as `JsonCursor.nextKey` gives it. */
export const KEY = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Record<
  (typeof NAMES)[number],
  number
>;
