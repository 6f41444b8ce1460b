/**
 * Dead containers of one node. What the kubelet would remove (plan-container-gc.ts) goes, less what a person may still need: the newest dead
 * instance of each container of a pod that is there stays whatever the limits are, and so does what may run or be about to. Containers that
 * Kubernetes did not make go only when a rule names them.
 */
import { CREATED_IS_STARTING_MS } from '../../agents/core/recheck-removal.js';
import type { InventoryContainer } from '../../agents/core/inventory.js';
import { ageText } from './age-text.js';
import { compilePattern } from './compile-pattern.js';
import { containerUnits } from './container-units.js';
import type { Judged } from './judged.js';
import type { NodeState } from './node-state.js';
import { planContainerGc, type ContainerReason, type GcContainer } from './plan-container-gc.js';
import type { KeptItem, PlannedRemoval } from './plan.js';
import type { PodFate } from './pod-fates.js';
import type { ContainerPolicy } from './policy.js';

type Why = readonly [rule: string, because: string];

export function planNodeContainers(
  { inventory }: NodeState,
  policy: ContainerPolicy,
  fateOf: (podUid: string) => PodFate,
): Judged {
  const nowMs = inventory.takenAtMs;
  const containers = inventory.containers.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  const candidates: GcContainer[] = [];
  for (const one of containers)
    if (one.pod && !whyAlive(one, nowMs)) candidates.push(toGcContainer(one, one.pod.podUid, policy, fateOf));
  const { removed } = planContainerGc({
    nowMs,
    policy,
    allSourcesReady: true,
    evictNonDeletedPods: false,
    containers: candidates,
    failing: new Set(),
  });
  const reasons = new Map(removed.map(({ id, reason }) => [id, reason]));
  const newest = newestDead(candidates);
  const withinLimits = whyWithinLimits(policy);
  const judge = judgeByHand(policy, nowMs);
  const remove: PlannedRemoval[] = [];
  const kept: KeptItem[] = [];
  for (const one of containers) {
    const reason = reasons.get(one.id);
    const whyKept =
      whyAlive(one, nowMs) ?? (newest.has(one.id) ? NEWEST : one.pod && !reason ? withinLimits : undefined);
    const judged = whyKept ?? (one.pod ? undefined : judge(one));
    if (judged && !('goes' in judged)) kept.push(keptContainer(one, judged));
    else remove.push(plannedContainer(one, judged ? judged.goes : whyGoes(policy, reason)));
  }
  return { remove, kept };
}

const NEWEST: Why = ['built-in/newest-dead', 'It is the newest dead instance of its container in a pod that is there.'];

function toGcContainer(
  { id, name, state, createdAtMs, finishedAtMs }: InventoryContainer,
  podUid: string,
  { ageFromExit }: ContainerPolicy,
  fateOf: (podUid: string) => PodFate,
): GcContainer {
  return {
    id,
    podUid,
    name,
    state,
    createdAtMs,
    agesFromMs: ageFromExit ? (finishedAtMs ?? createdAtMs) : createdAtMs,
    podDeleted: fateOf(podUid) === 'gone',
    podTerminated: false, // matters under disk pressure alone
  };
}

function whyAlive({ state, createdAtMs }: InventoryContainer, nowMs: number): Why | undefined {
  if (state === 'running') return ['built-in/running', 'It runs.'];
  if (state === 'unknown')
    return ['built-in/unknown-state', 'The runtime does not know its state, and removing it might kill it.'];
  if (state === 'created' && nowMs - createdAtMs < CREATED_IS_STARTING_MS)
    return ['built-in/starting', `It was made ${ageText(nowMs - createdAtMs)} ago and may be about to start.`];
  return undefined;
}

function whyWithinLimits(policy: ContainerPolicy): Why {
  const age = ageText(policy.minAgeMs);
  return [
    'built-in/dead-containers',
    `It is within the limits (${limits(policy)}) or younger than the minimum age of ${age}.`,
  ];
}

function limits({ maxPerPodContainer, maxContainers }: ContainerPolicy): string {
  const each = maxPerPodContainer < 0 ? 'no limit' : String(maxPerPodContainer);
  return `${each} for each container, ${maxContainers < 0 ? 'no limit' : maxContainers} for the node`;
}

/** In pods that are not gone, of each container the newest that has exited, and the newest of all, which may never have started. */
function newestDead(oldestFirst: readonly GcContainer[]): ReadonlySet<string> {
  const units = containerUnits(oldestFirst.filter(({ podDeleted }) => !podDeleted));
  const newest = units.flatMap((unit) => [unit.at(-1), unit.findLast(({ state }) => state === 'exited')]);
  return new Set(newest.flatMap((one) => (one ? [one.id] : [])));
}

function judgeByHand({ byHand }: ContainerPolicy, nowMs: number) {
  const rules = byHand.map(({ container, ...rule }) => ({ ...rule, means: compilePattern(container) }));
  return ({ name, finishedAtMs }: InventoryContainer): Why | { readonly goes: Why } => {
    const named = rules.filter(({ means }) => means(name));
    if (named.length === 0) return ['built-in/by-hand', 'It was started by hand on the node and no rule names it.'];
    const exitedMs = finishedAtMs === undefined ? undefined : nowMs - finishedAtMs;
    const rule = named.find(({ exitedForMs }) => exitedMs !== undefined && exitedMs >= exitedForMs);
    if (rule && exitedMs !== undefined)
      return { goes: [rule.name, `The rule ${rule.name} names it and it exited ${ageText(exitedMs)} ago.`] };
    const when = exitedMs === undefined ? 'is not known to have exited' : `exited only ${ageText(exitedMs)} ago`;
    return [named[0]?.name ?? '', `The rule ${named[0]?.name} names it, but it ${when}.`];
  };
}

function whyGoes(policy: ContainerPolicy, reason: ContainerReason | undefined): Why {
  const rule = 'built-in/dead-containers';
  if (reason === 'pod gone') return [rule, 'Its pod is gone from the API server and has stopped.'];
  const limit = reason === 'per container' ? policy.maxPerPodContainer : policy.maxContainers;
  const whose = reason === 'per container' ? 'its container' : 'the node';
  return [rule, `It is among the oldest dead instances, and ${whose} keeps at most ${limit}.`];
}

function plannedContainer({ id, name, pod }: InventoryContainer, [rule, because]: Why): PlannedRemoval {
  const key = `container/${id}`;
  return { key, target: { kind: 'container', id, name }, name: nameOf(name, pod), rule, because, sizeBytes: 0 };
}

function keptContainer({ id, name, pod }: InventoryContainer, [rule, because]: Why): KeptItem {
  return { key: `container/${id}`, kind: 'container', name: nameOf(name, pod), rule, because, sizeBytes: 0 };
}

function nameOf(name: string, pod: InventoryContainer['pod']): string {
  return pod ? `${pod.namespace}/${pod.pod}/${name}` : name;
}
