/**
 * Requests and limits: of a container from its specification, of a pod and a node as sums, and a node's share that is used and requested.
 *
 * A limit that is absent is unknown, not 0 (which would read as unlimited in one place and as nothing in another). A sum of limits is over what has one,
 * and unknown when nothing has. A request that is absent is 0, as the scheduler counts it. Init containers that run to their end do not count, sidecars
 * do; a pod that has ended reserves nothing. What a pod asks for as a whole stands in place of that sum, and its overhead is added, to a limit where there is one
 * (k8s.io/component-helpers/resource/helpers.go, Kubernetes 1.34: PodRequests, PodLimits). Extended resources have requests alone, for Kubernetes wants their limits to be equal.
 */
import { hasEnded, type Amounts, type ContainerFacts, type NodeFacts, type PodFacts } from './facts.js';
import { resourceOf, slotOf, type Measured, type MeasuredResource } from './measured.js';

const RESTART_COUNT = slotOf('restart_count');
const EXTENDED = 'Extended:';
/** Among the metrics of an extended resource: its request; of a node also its capacity and what is allocatable. */
const [EXTENDED_REQUEST, EXTENDED_CAPACITY, EXTENDED_ALLOCATABLE] = [0, 1, 2];

const RESOURCES = (
  [
    ['cpu', 'cpuMillicores', 'cpu/usage_rate'],
    ['memory', 'memoryBytes', 'memory/usage'],
    ['ephemeral_storage', 'ephemeralStorageBytes', 'ephemeral_storage/usage'],
  ] as const
).map(([resource, amount, usage]) => ({
  amount,
  usage: slotOf(usage),
  request: slotOf(`${resource}/request`),
  limit: slotOf(`${resource}/limit`),
  capacity: slotOf(`${resource}/node_capacity`),
  allocatable: slotOf(`${resource}/node_allocatable`),
  utilization: slotOf(`${resource}/node_utilization`),
  reservation: slotOf(`${resource}/node_reservation`),
}));

/** Completes a container. @param ended whether its pod has ended */
export function claimContainer(measured: Measured, facts: ContainerFacts, ended: boolean): void {
  const { values } = measured;
  const { requests, limits, restartCount } = facts;
  values[RESTART_COUNT] = restartCount;
  if (ended) return;
  for (const { amount, request, limit } of RESOURCES) {
    values[request] = requests[amount] ?? 0;
    values[limit] = limits[amount] ?? NaN;
  }
  requestExtended(measured, requests);
}

/** Completes a pod with the sums over its containers. */
export function claimPod(measured: Measured, known: PodFacts): void {
  const { values } = measured;
  const ended = hasEnded(known);
  if (!ended) for (const { request } of RESOURCES) values[request] = 0;
  for (const { type, requests, limits, restartCount } of known.containers) {
    if (type === 'init') continue;
    addKnown(values, RESTART_COUNT, restartCount);
    if (ended) continue;
    for (const { amount, request, limit } of RESOURCES) {
      addKnown(values, request, requests[amount]);
      addKnown(values, limit, limits[amount]);
    }
    requestExtended(measured, requests);
  }
  if (!ended) claimWhole(values, known);
}

function claimWhole(values: number[], { resources, overhead }: PodFacts): void {
  if (!resources && !overhead) return;
  for (const { amount, request, limit } of RESOURCES) {
    values[request] = resources?.requests[amount] ?? values[request] ?? NaN;
    values[limit] = resources?.limits[amount] ?? values[limit] ?? NaN;
    addKnown(values, request, overhead?.[amount]);
    if (!Number.isNaN(values[limit])) addKnown(values, limit, overhead?.[amount]);
  }
}

/**
 * Completes a node: requests and limits are those of its pods, the `node_` metrics come from its status.
 * @param pods undefined when they are not known: then nothing is said of requests and limits
 */
export function claimNode(
  measured: Measured,
  facts: NodeFacts | undefined,
  pods: readonly Measured[] | undefined,
): void {
  const { values } = measured;
  if (pods) {
    for (const { request } of RESOURCES) values[request] = 0;
    for (const pod of pods) {
      for (const { request, limit } of RESOURCES) {
        addKnown(values, request, pod.values[request]);
        addKnown(values, limit, pod.values[limit]);
      }
      for (const {
        resource,
        values: [amount = NaN],
      } of pod.resources) {
        if (resource.startsWith(EXTENDED)) addExtended(measured, 'node', resource.slice(EXTENDED.length), amount);
      }
    }
  }
  if (!facts) return;
  for (const slots of RESOURCES) {
    const allocatable = facts.allocatable[slots.amount] ?? NaN;
    values[slots.capacity] = facts.capacity[slots.amount] ?? NaN;
    values[slots.allocatable] = allocatable;
    if (!(allocatable > 0)) continue;
    values[slots.utilization] = (values[slots.usage] ?? NaN) / allocatable;
    values[slots.reservation] = (values[slots.request] ?? NaN) / allocatable;
  }
  offerExtended(measured, facts, pods !== undefined);
}

function offerExtended(measured: Measured, facts: NodeFacts, arePodsKnown: boolean): void {
  for (const [name, amount] of Object.entries(facts.capacity.extended ?? {})) {
    const one = extendedOf(measured, 'node', name);
    one.values[EXTENDED_CAPACITY] = amount;
    one.values[EXTENDED_ALLOCATABLE] = facts.allocatable.extended?.[name] ?? NaN;
    if (arePodsKnown && Number.isNaN(one.values[EXTENDED_REQUEST])) one.values[EXTENDED_REQUEST] = 0;
  }
}

function requestExtended(measured: Measured, { extended }: Amounts): void {
  if (!extended) return;
  for (const [name, amount] of Object.entries(extended)) addExtended(measured, 'pod', name, amount);
}

function addExtended(measured: Measured, of: 'node' | 'pod', name: string, amount: number): void {
  addKnown(extendedOf(measured, of, name).values, EXTENDED_REQUEST, amount);
}

function extendedOf(measured: Measured, of: 'node' | 'pod', name: string): MeasuredResource {
  const resource = `${EXTENDED}${name}`;
  const known = measured.resources.find((one) => one.resource === resource);
  if (known) return known;
  const made = resourceOf(of, 'extended', resource);
  measured.resources.push(made);
  return made;
}

function addKnown(values: number[], slot: number, value: number | undefined): void {
  if (value === undefined || Number.isNaN(value)) return;
  const sum = values[slot] ?? NaN;
  values[slot] = Number.isNaN(sum) ? value : sum + value;
}
