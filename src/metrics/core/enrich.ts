/**
 * Joins what a kubelet measured with what the cluster knows of its node and pods, and gives the node's samples. Source: Heapster's processors
 * (pod_based_enricher.go, pod_aggregator.go, node_aggregator.go, node_autoscaling_enricher.go), with these differences:
 *
 * - Requests and limits: see `claims.ts`.
 * - Every pod that is bound to the node has a sample, also one that the kubelet does not report yet; its requests count.
 * - A pod's level that the kubelet does not give is the sum over its containers only when each of those is known: a part is never told as the whole.
 * - Utilization is unknown, not 0, while the use is unknown. Memory utilization is of `memory/usage`, as in Heapster.
 *
 * A pod is joined by uid, so a pod made again under the same name does not get the other's facts. Without facts a sample goes on with what was measured.
 */
import { claimContainer, claimNode, claimPod } from './claims.js';
import { hasEnded, type NodeFacts, type PodFacts } from './facts.js';
import { slotOf, unmeasured, type Measured, type MeasuredNode, type MeasuredPod } from './measured.js';
import { containerObject, nodeObject, podObject, samplesOf, systemContainerObject } from './samples-of.js';
import type { Sample } from './sample.js';

/** Levels that a pod has as the sum of its containers when the kubelet does not give the pod's own. */
const LEVELS = [
  'cpu/usage_rate',
  'memory/usage',
  'memory/working_set',
  'memory/rss',
  'memory/page_faults_rate',
  'memory/major_page_faults_rate',
  'ephemeral_storage/usage',
  'swap/usage',
].map(slotOf);

/**
 * The node's samples: node, system containers, pods, containers, and one for each of their resources.
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
  const all: Measured[] = [];
  for (const pod of node.pods) {
    const known = byUid.get(pod.uid);
    byUid.delete(pod.uid);
    all.push(addPod(samples, node.name, pod, known));
  }
  for (const known of byUid.values()) {
    if (!hasEnded(known)) all.push(addPod(samples, node.name, stub(known), known));
  }
  for (const { name, measured } of node.systemContainers) {
    samplesOf(samples, systemContainerObject(node.name, name), measured);
  }
  claimNode(node.measured, facts, pods === undefined ? undefined : all);
  samplesOf(samples, nodeObject(node.name, facts?.labels), node.measured);
  return samples;
}

function stub(known: PodFacts): MeasuredPod {
  const { namespace, name } = known;
  return { namespace, name, uid: known.staticUid ?? known.uid, measured: unmeasured(), containers: [] };
}

/** Completes a pod, adds its samples and those of its containers, and returns what the pod measured. */
function addPod(samples: Sample[], node: string, pod: MeasuredPod, known: PodFacts | undefined): Measured {
  sumLevels(pod);
  if (known) claimPod(pod.measured, known);
  const object = podObject(node, pod, known);
  samplesOf(samples, object, pod.measured);
  for (const { name, measured } of pod.containers) {
    const facts = known?.containers.find((container) => container.name === name);
    if (known && facts) claimContainer(measured, facts, hasEnded(known));
    samplesOf(samples, containerObject(object, name), measured);
  }
  if (!known || hasEnded(known)) return pod.measured;
  for (const facts of known.containers) {
    if (facts.type === 'init' || pod.containers.some((container) => container.name === facts.name)) continue;
    const measured = unmeasured();
    claimContainer(measured, facts, false);
    samplesOf(samples, containerObject(object, facts.name), measured);
  }
  return pod.measured;
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
