/**
 * Dead containers of one node. What the kubelet would remove (plan-container-gc.ts) goes, less what a person may still need: the newest dead
 * instance of each container of a pod that is there stays whatever the limits are, and so does what may run or be about to. Containers that
 * Kubernetes did not make go only when a rule names them.
 */
import { CREATED_IS_STARTING_MS } from '../../agents/core/recheck-removal.js';
import type { InventoryContainer } from '../../agents/core/inventory.js';
import { ageText } from './age-text.js';
import { compilePattern } from './compile-pattern.js';
import type { Judged } from './judged.js';
import type { NodeState } from './node-state.js';
import { planContainerGc, type ContainerReason } from './plan-container-gc.js';
import type { KeptItem, PlannedRemoval } from './plan.js';
import type { PodFate } from './pod-fates.js';
import type { ContainerPolicy } from './policy.js';

type Why = readonly [rule: string, because: string];
type Reasons = ReadonlyMap<string, ContainerReason>;

export function planNodeContainers(
  { inventory }: NodeState,
  policy: ContainerPolicy,
  fateOf: (podUid: string) => PodFate,
): Judged {
  const nowMs = inventory.takenAtMs;
  const containers = inventory.containers.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  const candidates = containers.filter((one) => one.pod && whyAlive(one, nowMs) === undefined);
  const { removed } = planContainerGc({
    nowMs,
    policy,
    allSourcesReady: true,
    evictNonDeletedPods: false,
    failing: new Set(),
    containers: candidates.map((one) => ({
      id: one.id,
      podUid: one.pod?.podUid ?? '',
      name: one.name,
      state: one.state,
      createdAtMs: one.createdAtMs,
      ...(policy.ageFromExit ? { agesFromMs: one.finishedAtMs ?? one.createdAtMs } : {}),
      podDeleted: fateOf(one.pod?.podUid ?? '') === 'gone',
      podTerminated: false, // matters under disk pressure alone
    })),
  });
  const reasons = new Map(removed.map(({ id, reason }) => [id, reason]));
  const newest = newestDead(candidates);
  const judge = judgeByHand(policy, nowMs);
  const remove: PlannedRemoval[] = [];
  const kept: KeptItem[] = [];
  for (const one of containers) {
    const whyKept = whyAlive(one, nowMs) ?? (one.pod ? whyNeeded(one, policy, reasons, newest, fateOf) : undefined);
    const judged = whyKept ?? (one.pod ? undefined : judge(one));
    if (judged && !('goes' in judged)) kept.push(keptContainer(one, judged));
    else remove.push(plannedContainer(one, judged ? judged.goes : whyGoes(policy, reasons.get(one.id))));
  }
  return { remove, kept };
}

function whyAlive({ state, createdAtMs }: InventoryContainer, nowMs: number): Why | undefined {
  if (state === 'running') return ['built-in/running', 'It runs.'];
  if (state === 'unknown')
    return ['built-in/unknown-state', 'The runtime does not know its state, and removing it might kill it.'];
  if (state === 'created' && nowMs - createdAtMs < CREATED_IS_STARTING_MS)
    return ['built-in/starting', `It was made ${ageText(nowMs - createdAtMs)} ago and may be about to start.`];
  return undefined;
}

function whyNeeded(
  { id, pod }: InventoryContainer,
  policy: ContainerPolicy,
  reasons: Reasons,
  newest: ReadonlySet<string>,
  fateOf: (podUid: string) => PodFate,
): Why | undefined {
  if (newest.has(id) && fateOf(pod?.podUid ?? '') !== 'gone')
    return ['built-in/newest-dead', 'It is the newest dead instance of its container in a pod that is there.'];
  if (reasons.has(id)) return undefined;
  return [
    'built-in/dead-containers',
    `It is within the limits (${limits(policy)}) or younger than the minimum age of ${ageText(policy.minAgeMs)}.`,
  ];
}

function limits({ maxPerPodContainer, maxContainers }: ContainerPolicy): string {
  const each = maxPerPodContainer < 0 ? 'no limit' : String(maxPerPodContainer);
  return `${each} for each container, ${maxContainers < 0 ? 'no limit' : maxContainers} for the node`;
}

/** Of each container of a pod the newest that has exited, and the newest of all: one may have been made and never started. */
function newestDead(oldestFirst: readonly InventoryContainer[]): ReadonlySet<string> {
  const newest = new Map<string, string>();
  for (const { id, pod, name, state } of oldestFirst) {
    newest.set(`${pod?.podUid}/${name}`, id);
    if (state === 'exited') newest.set(`${pod?.podUid}/${name}/exited`, id);
  }
  return new Set(newest.values());
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
