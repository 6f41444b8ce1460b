/**
 * Reads a kubelet's answer to `GET /stats/summary` (Kubernetes 1.34 and older: k8s.io/kubelet/pkg/apis/stats/v1alpha1) into figures by slot.
 * The field map is Heapster's (metrics/sources/summary/summary.go) with its defects mended: every group of counters keeps its own time stamp,
 * so that pods without network figures have rates too. Checked by hand, not by a schema: this runs on 175 kB a node.
 *
 * Lenient: a field that is missing or null is unknown, never zero; so is a number of 2^63 and more (an unsigned counter that wrapped below
 * zero). Strict: what stands there must be of its type, a number finite and not negative, and the answer must be the asked node's; anything
 * else is `SummaryGarbage`. Ignored: everything that no metric of the catalogue is made of.
 */
import {
  slotOf,
  unknownFileSystem,
  unmeasured,
  type FileSystem,
  type Measured,
  type MeasuredContainer,
  type MeasuredNode,
  type MeasuredPod,
} from './measured.js';
import { parseStamp } from './parse-stamp.js';

/** The answer is not a kubelet's summary of the asked node; the message is a sentence that says where. */
export class SummaryGarbage extends Error {
  override readonly name = 'SummaryGarbage';
}

const CPU_USAGE = slotOf('cpu/usage');
const MEMORY_USAGE = slotOf('memory/usage');
const WORKING_SET = slotOf('memory/working_set');
const RSS = slotOf('memory/rss');
const PAGE_FAULTS = slotOf('memory/page_faults');
const MAJOR_PAGE_FAULTS = slotOf('memory/major_page_faults');
const RX = slotOf('network/rx');
const RX_ERRORS = slotOf('network/rx_errors');
const TX = slotOf('network/tx');
const TX_ERRORS = slotOf('network/tx_errors');
const WRAPPED = 2 ** 63;
/** Heapster's names of the kubelet's system containers; the others keep theirs. */
const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  ['runtime', 'docker-daemon'],
  ['misc', 'system'],
]);

type Fields = Readonly<Record<string, unknown>>;
type Part = Fields | undefined;

/**
 * @param summary the parsed JSON
 * @param nodeName whose answer it must be
 * @throws SummaryGarbage
 */
export function decodeSummary(summary: unknown, nodeName: string): MeasuredNode {
  const node = part(part(summary, 'the answer')?.['node'], 'node');
  if (!node) throw new SummaryGarbage('The answer has no node.');
  const name = text(node['nodeName'], 'node.nodeName');
  if (name !== nodeName) throw new SummaryGarbage(`Node ${name} answered in place of ${nodeName}.`);
  const measured = measure(node, 'node');
  addFileSystem(measured.fileSystems, node['fs'], '/', 'node.fs');
  return {
    name,
    measured,
    systemContainers: containers(node['systemContainers'], 'node.systemContainers', SYSTEM_NAMES),
    pods: pods((summary as Fields)['pods']),
  };
}

function pods(list: unknown): MeasuredPod[] {
  const byKey = new Map<string, MeasuredPod>();
  for (const item of listOf(list, 'pods')) {
    const pod = decodePod(item);
    const key = `${pod.namespace}/${pod.name}/${pod.uid}`;
    if (isLater(pod.measured, byKey.get(key)?.measured)) byKey.set(key, pod);
  }
  return [...byKey.values()];
}

function decodePod(item: unknown): MeasuredPod {
  const pod = part(item, 'pods[]');
  const ref = part(pod?.['podRef'], 'pods[].podRef');
  if (!pod || !ref) throw new SummaryGarbage('A pod in the answer has no podRef.');
  const measured = measure(pod, 'pods[]');
  for (const volume of listOf(pod['volume'], 'pods[].volume')) {
    const name = text(part(volume, 'pods[].volume[]')?.['name'], 'pods[].volume[].name');
    addFileSystem(measured.fileSystems, volume, `Volume:${name}`, 'pods[].volume[]');
  }
  return {
    namespace: text(ref['namespace'], 'pods[].podRef.namespace'),
    name: text(ref['name'], 'pods[].podRef.name'),
    uid: text(ref['uid'], 'pods[].podRef.uid'),
    measured,
    containers: containers(pod['containers'], 'pods[].containers', undefined),
  };
}

/** Of two entries with one name (one terminated, one running) the one that started later counts. */
function containers(
  list: unknown,
  path: string,
  renamed: ReadonlyMap<string, string> | undefined,
): MeasuredContainer[] {
  const kept: MeasuredContainer[] = [];
  for (const item of listOf(list, path)) {
    const container = part(item, path);
    if (!container) continue;
    const given = text(container['name'], `${path}[].name`);
    const measured = measure(container, path);
    addFileSystem(measured.fileSystems, container['rootfs'], '/', `${path}[].rootfs`);
    addFileSystem(measured.fileSystems, container['logs'], 'logs', `${path}[].logs`);
    const next = { name: renamed?.get(given) ?? given, measured };
    const index = kept.findIndex((one) => one.name === next.name);
    if (index < 0) kept.push(next);
    else if (isLater(measured, kept[index]?.measured)) kept[index] = next;
  }
  return kept;
}

function isLater(measured: Measured, than: Measured | undefined): boolean {
  return !than || measured.startMs > than.startMs || (Number.isNaN(than.startMs) && !Number.isNaN(measured.startMs));
}

function measure(from: Fields, path: string): Measured {
  const measured = unmeasured();
  const { values } = measured;
  measured.startMs = stamp(from['startTime'], path);
  const cpu = part(from['cpu'], path);
  if (cpu) {
    measured.cpuAtMs = stamp(cpu['time'], path);
    values[CPU_USAGE] = quantity(cpu['usageCoreNanoSeconds'], path, 'cpu.usageCoreNanoSeconds');
  }
  const memory = part(from['memory'], path);
  if (memory) {
    // Mostly the text of the CPU's stamp again; a quarter of a million stamps a cycle are worth the comparison.
    measured.memoryAtMs = memory['time'] === cpu?.['time'] ? measured.cpuAtMs : stamp(memory['time'], path);
    values[MEMORY_USAGE] = quantity(memory['usageBytes'], path, 'memory.usageBytes');
    values[WORKING_SET] = quantity(memory['workingSetBytes'], path, 'memory.workingSetBytes');
    values[RSS] = quantity(memory['rssBytes'], path, 'memory.rssBytes');
    values[PAGE_FAULTS] = quantity(memory['pageFaults'], path, 'memory.pageFaults');
    values[MAJOR_PAGE_FAULTS] = quantity(memory['majorPageFaults'], path, 'memory.majorPageFaults');
  }
  const network = part(from['network'], path);
  if (network) {
    measured.networkAtMs = stamp(network['time'], path);
    values[RX] = quantity(network['rxBytes'], path, 'network.rxBytes');
    values[RX_ERRORS] = quantity(network['rxErrors'], path, 'network.rxErrors');
    values[TX] = quantity(network['txBytes'], path, 'network.txBytes');
    values[TX_ERRORS] = quantity(network['txErrors'], path, 'network.txErrors');
  }
  return measured;
}

/** Adds a file system with its values in the order of `metricsOf('node', 'filesystem')`, unless nothing of it is known. */
function addFileSystem(to: FileSystem[], from: unknown, resource: string, path: string): void {
  const fields = part(from, path);
  if (!fields) return;
  const fileSystem = unknownFileSystem(resource);
  const { values } = fileSystem;
  values[0] = quantity(fields['usedBytes'], path, 'usedBytes');
  values[1] = quantity(fields['capacityBytes'], path, 'capacityBytes');
  values[2] = quantity(fields['availableBytes'], path, 'availableBytes');
  values[3] = quantity(fields['inodes'], path, 'inodes');
  values[4] = quantity(fields['inodesFree'], path, 'inodesFree');
  values[5] = quantity(fields['inodesUsed'], path, 'inodesUsed');
  if (values.some((value) => !Number.isNaN(value))) to.push(fileSystem);
}

function part(value: unknown, path: string): Part {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw new SummaryGarbage(`${path} is not an object.`);
  return value as Fields;
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new SummaryGarbage(`${path} is not a list.`);
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw new SummaryGarbage(`${path} is not a name.`);
  return value;
}

function stamp(value: unknown, path: string): number {
  if (value === undefined || value === null) return NaN;
  if (typeof value !== 'string') throw new SummaryGarbage(`A time of ${path} is not an RFC 3339 instant.`);
  return parseStamp(value);
}

function quantity(value: unknown, path: string, field: string): number {
  if (value === undefined || value === null) return NaN;
  if (typeof value !== 'number' || !(value >= 0) || value === Infinity) {
    throw new SummaryGarbage(`${path} ${field} is not a number from 0 up.`);
  }
  return value < WRAPPED ? value : NaN;
}
