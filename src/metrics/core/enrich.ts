/**
 * Joins what a kubelet measured with what the cluster knows of its node and pods, and gives the node's samples. Source: Heapster's processors
 * (pod_based_enricher.go, pod_aggregator.go, node_aggregator.go, node_autoscaling_enricher.go), with these differences:
 *
 * - A limit that is absent is unknown, not 0 (which would read as unlimited in one place and as nothing in another). A sum of limits is over
 *   what has one, and unknown when nothing has. A request that is absent is 0, as the scheduler counts it.
 * - Sidecars count in a pod's sums; init containers that run to their end do not. A pod that has ended reserves nothing: it has neither.
 * - Every pod that is bound to the node has a sample, also one that the kubelet does not report yet; its requests count.
 * - A pod's level that the kubelet does not give is the sum over its containers only when each of those is known: a part is never told as the whole.
 * - Utilization is unknown, not 0, while the use is unknown. Memory utilization is of `memory/usage`, as in Heapster.
 *
 * A pod is joined by uid, so a pod made again under the same name does not get the other's facts. Without facts a sample goes on with what was measured.
 */
import { hasEnded, type ContainerFacts, type NodeFacts, type PodFacts } from './facts.js';
import { slotOf, unmeasured, type Measured, type MeasuredNode, type MeasuredPod } from './measured.js';
import { containerObject, nodeObject, podObject, samplesOf, systemContainerObject } from './samples-of.js';
import type { Sample } from './sample.js';

const CPU_USAGE_RATE = slotOf('cpu/usage_rate');
const CPU_REQUEST = slotOf('cpu/request');
const CPU_LIMIT = slotOf('cpu/limit');
const MEMORY_USAGE = slotOf('memory/usage');
const MEMORY_REQUEST = slotOf('memory/request');
const MEMORY_LIMIT = slotOf('memory/limit');
const RESTART_COUNT = slotOf('restart_count');
const CLAIMS = [CPU_REQUEST, CPU_LIMIT, MEMORY_REQUEST, MEMORY_LIMIT];
/** Levels that a pod has as the sum of its containers when the kubelet does not give the pod's own. */
const LEVELS = [
  CPU_USAGE_RATE,
  MEMORY_USAGE,
  slotOf('memory/working_set'),
  slotOf('memory/rss'),
  slotOf('memory/page_faults_rate'),
];

/**
 * The node's samples: node, system containers, pods, containers, and one for each file system.
 *
 * @param node measured and rated; it is completed in place
 * @param facts of the node; undefined when the cluster does not know it
 * @param pods bound to the node; undefined when the cluster's pods are not known (then nothing is said of requests and limits)
 */
export function enrichNode(
  node: MeasuredNode,
  facts: NodeFacts | undefined,
  pods: readonly PodFacts[] | undefined,
): Sample[] {
  const samples: Sample[] = [];
  const byUid = new Map<string, PodFacts>();
  for (const pod of pods ?? []) byUid.set(pod.staticUid ?? pod.uid, pod);
  const podValues: number[][] = [];
  for (const pod of node.pods) {
    const known = byUid.get(pod.uid);
    byUid.delete(pod.uid);
    podValues.push(addPod(samples, node.name, pod, known));
  }
  for (const known of byUid.values()) {
    if (!hasEnded(known)) podValues.push(addPod(samples, node.name, stub(known), known));
  }
  for (const { name, measured } of node.systemContainers) {
    samplesOf(samples, systemContainerObject(node.name, name), measured);
  }
  completeNode(node.measured.values, facts, pods === undefined ? undefined : podValues);
  samplesOf(samples, nodeObject(node.name, facts?.labels), node.measured);
  return samples;
}

function stub(known: PodFacts): MeasuredPod {
  const { namespace, name } = known;
  return { namespace, name, uid: known.staticUid ?? known.uid, measured: unmeasured(), containers: [] };
}

/** Completes a pod, adds its samples and those of its containers, and returns the pod's values. */
function addPod(samples: Sample[], node: string, pod: MeasuredPod, known: PodFacts | undefined): number[] {
  const { values } = pod.measured;
  sumLevels(pod);
  if (known) claimPod(values, known);
  const object = podObject(node, pod, known);
  samplesOf(samples, object, pod.measured);
  for (const { name, measured } of pod.containers) {
    const facts = known?.containers.find((container) => container.name === name);
    if (known && facts) claimContainer(measured, facts, hasEnded(known));
    samplesOf(samples, containerObject(object, name), measured);
  }
  if (!known || hasEnded(known)) return values;
  for (const facts of known.containers) {
    if (facts.role === 'init' || pod.containers.some((container) => container.name === facts.name)) continue;
    const measured = unmeasured();
    claimContainer(measured, facts, false);
    samplesOf(samples, containerObject(object, facts.name), measured);
  }
  return values;
}

function sumLevels(pod: MeasuredPod): void {
  if (pod.containers.length === 0) return;
  const { values } = pod.measured;
  for (const slot of LEVELS) {
    if (!Number.isNaN(values[slot])) continue;
    let sum = 0;
    for (const container of pod.containers) sum += container.measured.values[slot] ?? NaN;
    values[slot] = sum;
  }
}

function claimContainer({ values }: Measured, facts: ContainerFacts, ended: boolean): void {
  values[RESTART_COUNT] = facts.restartCount ?? NaN;
  if (ended) return;
  values[CPU_REQUEST] = facts.cpuRequestMillicores ?? 0;
  values[CPU_LIMIT] = facts.cpuLimitMillicores ?? NaN;
  values[MEMORY_REQUEST] = facts.memoryRequestBytes ?? 0;
  values[MEMORY_LIMIT] = facts.memoryLimitBytes ?? NaN;
}

function claimPod(values: number[], known: PodFacts): void {
  const ended = hasEnded(known);
  if (!ended) values[CPU_REQUEST] = values[MEMORY_REQUEST] = 0;
  for (const facts of known.containers) {
    if (facts.role === 'init') continue;
    addKnown(values, RESTART_COUNT, facts.restartCount);
    if (ended) continue;
    addKnown(values, CPU_REQUEST, facts.cpuRequestMillicores);
    addKnown(values, CPU_LIMIT, facts.cpuLimitMillicores);
    addKnown(values, MEMORY_REQUEST, facts.memoryRequestBytes);
    addKnown(values, MEMORY_LIMIT, facts.memoryLimitBytes);
  }
}

function addKnown(values: number[], slot: number, value: number | undefined): void {
  if (value === undefined || Number.isNaN(value)) return;
  const sum = values[slot] ?? NaN;
  values[slot] = Number.isNaN(sum) ? value : sum + value;
}

const NODE_FACTS = [
  ['cpu', 'cpuCapacityMillicores', 'cpuAllocatableMillicores', CPU_USAGE_RATE, CPU_REQUEST],
  ['memory', 'memoryCapacityBytes', 'memoryAllocatableBytes', MEMORY_USAGE, MEMORY_REQUEST],
] as const;
const NODE_SLOTS = NODE_FACTS.map(([resource, capacityKey, allocatableKey, use, request]) => ({
  capacityKey,
  allocatableKey,
  use,
  request,
  capacity: slotOf(`${resource}/node_capacity`),
  allocatable: slotOf(`${resource}/node_allocatable`),
  utilization: slotOf(`${resource}/node_utilization`),
  reservation: slotOf(`${resource}/node_reservation`),
}));

/** Requests and limits of the node are those of its pods; the node_ metrics come from its status. */
function completeNode(values: number[], facts: NodeFacts | undefined, pods: readonly number[][] | undefined): void {
  if (pods) {
    values[CPU_REQUEST] = values[MEMORY_REQUEST] = 0;
    for (const pod of pods) for (const slot of CLAIMS) addKnown(values, slot, pod[slot]);
  }
  if (!facts) return;
  for (const slots of NODE_SLOTS) {
    const allocatable = facts[slots.allocatableKey] ?? NaN;
    values[slots.capacity] = facts[slots.capacityKey] ?? NaN;
    values[slots.allocatable] = allocatable;
    if (!(allocatable > 0)) continue;
    values[slots.utilization] = (values[slots.use] ?? NaN) / allocatable;
    values[slots.reservation] = (values[slots.request] ?? NaN) / allocatable;
  }
}
