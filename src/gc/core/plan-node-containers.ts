/**
 * Dead containers of one node. What the kubelet would remove (plan-container-gc.ts) goes, less what a person may still need: the newest dead
 * instance of each container of a pod that is there stays whatever the limits are, and so does what may run or be about to. Containers that
 * Kubernetes did not make go only when a rule names them.
 */
import { CREATED_IS_STARTING_MS } from '../../agents/core/recheck-removal.js';
import type { InventoryContainer } from '../../agents/core/inventory.js';
import { ageText } from './age-text.js';
import type { ByHandJudge, Verdict } from './compile-by-hand.js';
import { containerUnits } from './container-units.js';
import type { Judged } from './judged.js';
import type { NodeState } from './node-state.js';
import { evictFromUnits, type ContainerReason, type GcContainer } from './plan-container-gc.js';
import type { KeptItem, PlannedRemoval } from './plan.js';
import type { PodFate } from './pod-fates.js';
import type { ContainerPolicy } from './policy.js';

/** What was decided of containers, with those that stay: sandboxes and logs ask for them. */
export interface JudgedContainers extends Judged {
  readonly left: readonly InventoryContainer[];
}

export function planNodeContainers(
  { inventory }: NodeState,
  policy: ContainerPolicy,
  judgeByHand: ByHandJudge,
  fateOf: (podUid: string) => PodFate,
): JudgedContainers {
  const nowMs = inventory.takenAtMs;
  const containers = inventory.containers.toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  const dead: DeadContainer[] = [];
  const within = withinLimits(policy);
  const verdicts = containers.map((one, at) => {
    const alive = whyAlive(one, nowMs);
    if (alive) return alive;
    if (!one.pod) return judgeByHand(one, nowMs);
    dead.push(deadContainer(at, one, one.pod.podUid, policy, fateOf));
    return within;
  });
  judgeDead(dead, nowMs, policy, verdicts);
  const remove: PlannedRemoval[] = [];
  const kept: KeptItem[] = [];
  const left: InventoryContainer[] = [];
  let at = 0;
  for (const one of containers) {
    const verdict = verdicts[at++] ?? within;
    if (verdict.goes) remove.push(plannedContainer(one, verdict));
    else {
      kept.push(keptContainer(one, verdict));
      left.push(one);
    }
  }
  return { remove, kept, left };
}

/** `at` is its place in the list. */
type DeadContainer = GcContainer & { readonly at: number };

function deadContainer(
  at: number,
  { id, name, state, createdAtMs, finishedAtMs }: InventoryContainer,
  podUid: string,
  { ageFromExit }: ContainerPolicy,
  fateOf: (podUid: string) => PodFate,
): DeadContainer {
  return {
    at,
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

const RUNS: Verdict = { goes: false, rule: 'built-in/running', because: 'It runs.' };
const UNKNOWN: Verdict = {
  goes: false,
  rule: 'built-in/unknown-state',
  because: 'The runtime does not know its state, and removing it might kill it.',
};

function whyAlive({ state, createdAtMs }: InventoryContainer, nowMs: number): Verdict | undefined {
  if (state === 'running') return RUNS;
  if (state === 'unknown') return UNKNOWN;
  if (state !== 'created' || nowMs - createdAtMs >= CREATED_IS_STARTING_MS) return undefined;
  const because = `It was made ${ageText(nowMs - createdAtMs)} ago and may be about to start.`;
  return { goes: false, rule: 'built-in/starting', because };
}

/** Says at their places what becomes of dead containers, but of those within the limits. */
function judgeDead(
  oldestFirst: readonly DeadContainer[],
  nowMs: number,
  policy: ContainerPolicy,
  verdicts: Verdict[],
): void {
  const tooMany = (whose: string, limit: number): Verdict =>
    goes(`It is among the oldest dead instances, and ${whose} keeps at most ${limit}.`);
  const reasons: Record<ContainerReason, Verdict> = {
    'pod gone': goes('Its pod is gone from the API server and has stopped.'),
    'per container': tooMany('its container', policy.maxPerPodContainer),
    'per node': tooMany('the node', policy.maxContainers),
  };
  const units = containerUnits(oldestFirst);
  const { removed } = evictFromUnits(units, {
    nowMs,
    policy,
    allSourcesReady: true,
    evictNonDeletedPods: false,
    failing: new Set(),
  });
  for (const { container, reason } of removed) verdicts[container.at] = reasons[reason];
  for (const unit of units) keepNewest(unit, verdicts);
}

function goes(because: string): Verdict {
  return { goes: true, rule: DEAD, because };
}

const DEAD = 'built-in/dead-containers';
const NEWEST: Verdict = {
  goes: false,
  rule: 'built-in/newest-dead',
  because: 'It is the newest dead instance of its container in a pod that is there.',
};

function withinLimits(policy: ContainerPolicy): Verdict {
  const age = ageText(policy.minAgeMs);
  const because = `It is within the limits (${limits(policy)}) or younger than the minimum age of ${age}.`;
  return { goes: false, rule: DEAD, because };
}

function limits({ maxPerPodContainer, maxContainers }: ContainerPolicy): string {
  const each = maxPerPodContainer < 0 ? 'no limit' : String(maxPerPodContainer);
  return `${each} for each container, ${maxContainers < 0 ? 'no limit' : maxContainers} for the node`;
}

/** Of a container in a pod that is not gone the newest instance that has exited stays, and the newest of all, which may never have started. */
function keepNewest(oldestFirst: readonly DeadContainer[], verdicts: Verdict[]): void {
  const last = oldestFirst.at(-1);
  if (!last || last.podDeleted) return;
  verdicts[last.at] = NEWEST;
  const lastExited = last.state === 'exited' ? last : oldestFirst.findLast(({ state }) => state === 'exited');
  if (lastExited) verdicts[lastExited.at] = NEWEST;
}

function plannedContainer({ id, name, pod }: InventoryContainer, { rule, because }: Verdict): PlannedRemoval {
  const key = `container/${id}`;
  return { key, target: { kind: 'container', id, name }, name: nameOf(name, pod), rule, because, sizeBytes: 0 };
}

function keptContainer({ id, name, pod }: InventoryContainer, { rule, because }: Verdict): KeptItem {
  return { key: `container/${id}`, kind: 'container', name: nameOf(name, pod), rule, because, sizeBytes: 0 };
}

function nameOf(name: string, pod: InventoryContainer['pod']): string {
  return pod ? `${pod.namespace}/${pod.pod}/${name}` : name;
}
