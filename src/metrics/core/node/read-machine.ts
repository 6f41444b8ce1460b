/**
 * Reads of a kubelet's answer to `GET /stats/summary` (Kubernetes 1.34 and older: k8s.io/kubelet/pkg/apis/stats/v1alpha1) what it says of the machine itself:
 * its file systems, network devices, swap, process ids and boot. Of pods and containers nothing.
 *
 * Lenient: a field that is missing or not of its type is unknown. Strict: the answer must be the asked node's, anything else is `SummaryGarbage`.
 */
import { SummaryGarbage } from '../summary-reader.js';
import { parseStamp } from '../parse-stamp.js';

/** Sizes in bytes; what is unknown is absent. */
export interface MachineFileSystem {
  /** `/` (where the kubelet keeps its data), `imageFs`, `containerFs`. */
  readonly name: string;
  readonly capacityBytes?: number;
  readonly availableBytes?: number;
  readonly usedBytes?: number;
  readonly inodes?: number;
  readonly inodesFree?: number;
  readonly inodesUsed?: number;
}

export interface MachineNetworkDevice {
  readonly name: string;
  /** The interface of the default route, whose figures are the node's. */
  readonly isDefault: boolean;
}

/** What a kubelet tells of its machine. */
export interface MachineSummary {
  /** ms since the epoch, by the node's clock. */
  readonly startedAtMs?: number;
  readonly fileSystems: readonly MachineFileSystem[];
  readonly networkDevices: readonly MachineNetworkDevice[];
  readonly swapUsedBytes?: number;
  readonly swapAvailableBytes?: number;
  readonly maxProcesses?: number;
}

const FILE_SYSTEM_FIELDS = [
  'capacityBytes',
  'availableBytes',
  'usedBytes',
  'inodes',
  'inodesFree',
  'inodesUsed',
] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param summary the parsed JSON
 * @param nodeName whose answer it must be
 * @throws SummaryGarbage
 */
export function readMachine(summary: unknown, nodeName: string): MachineSummary {
  const node = fieldsOf(fieldsOf(summary)['node']);
  if (node['nodeName'] !== nodeName) throw new SummaryGarbage(`The answer is not that of node ${nodeName}.`);
  const runtime = fieldsOf(node['runtime']);
  const swap = fieldsOf(node['swap']);
  const startedAtMs = parseStamp(node['startTime']);
  return {
    ...(Number.isNaN(startedAtMs) ? {} : { startedAtMs }),
    fileSystems: [
      ...fileSystem('/', node['fs']),
      ...fileSystem('imageFs', runtime['imageFs']),
      ...fileSystem('containerFs', runtime['containerFs']),
    ],
    networkDevices: devicesOf(fieldsOf(node['network'])),
    ...amount('swapUsedBytes', swap['swapUsageBytes']),
    ...amount('swapAvailableBytes', swap['swapAvailableBytes']),
    ...amount('maxProcesses', fieldsOf(node['rlimit'])['maxpid']),
  };
}

function fileSystem(name: string, from: unknown): MachineFileSystem[] {
  const fields = fieldsOf(from);
  const known = Object.assign({}, ...FILE_SYSTEM_FIELDS.map((field) => amount(field, fields[field]))) as object;
  return Object.keys(known).length > 0 ? [{ name, ...known }] : [];
}

/** Every interface once, the default one too where the list lacks it. */
function devicesOf(network: Fields): MachineNetworkDevice[] {
  const byDefault = network['name'];
  const listed = Array.isArray(network['interfaces']) ? network['interfaces'].map((one) => fieldsOf(one)['name']) : [];
  const names = new Set([byDefault, ...listed].filter((name) => typeof name === 'string' && name !== ''));
  return [...names].map((name) => ({ name: String(name), isDefault: name === byDefault }));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function amount<Key extends string>(key: Key, value: unknown): { [K in Key]?: number } {
  return (typeof value === 'number' && value >= 0 && value < 2 ** 63 ? { [key]: value } : {}) as {
    [K in Key]?: number;
  };
}
