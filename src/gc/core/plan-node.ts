/**
 * What one run of a policy would do on one node, with a reason for everything that goes and everything that stays. The same state and policy
 * give the same plan, in whatever order lists come; a plan is only ever made from lists that are whole and that the cluster does not
 * contradict (why-not-act.ts).
 */
import { compileByHand, type ByHandJudge } from './compile-by-hand.js';
import { compileImageRules, type ImageRules } from './compile-image-rules.js';
import { usagePercent } from './disk-marks.js';
import { imageFileSystem } from './image-file-system.js';
import type { Judged } from './judged.js';
import type { NodeState } from './node-state.js';
import { planNodeContainers } from './plan-node-containers.js';
import { planNodeImages, type JudgedImages } from './plan-node-images.js';
import { planNodeLogs } from './plan-node-logs.js';
import { planNodeSandboxes } from './plan-node-sandboxes.js';
import { planSums } from './plan-sums.js';
import { planWarnings } from './plan-warnings.js';
import type { KeptItem, NodePlan, PlanDisk, PlannedRemoval } from './plan.js';
import { podFates } from './pod-fates.js';
import type { GcPolicy } from './policy.js';
import { whyNotAct } from './why-not-act.js';

/** Plans for a node by one policy. */
export type NodePlanner = (state: NodeState) => NodePlan;

const NOTHING: Judged = { remove: [], kept: [] };

/** @throws PatternError, LabelSelectorError when a rule is malformed, which its schema refuses */
export function planNode(state: NodeState, policy: GcPolicy): NodePlan {
  return nodePlanner(policy)(state);
}

/** The same for any number of nodes, with the policy's rules made ready once. */
export function nodePlanner(policy: GcPolicy): NodePlanner {
  const ruleImages = compileImageRules(policy.images?.rules ?? []);
  const judgeByHand = compileByHand(policy.containers?.byHand ?? []);
  return (state) => plan(state, policy, ruleImages, judgeByHand);
}

function plan(state: NodeState, policy: GcPolicy, ruleImages: ImageRules, judgeByHand: ByHandJudge): NodePlan {
  const { inventory, nowMs } = state;
  const notActed = whyNotAct(state);
  const common = { node: inventory.node, madeAtMs: nowMs, inventoryTakenAtMs: inventory.takenAtMs };
  if (notActed !== undefined)
    return { ...common, notActed, remove: [], kept: [], sums: planSums([], []), keepImages: [], warnings: [] };
  const fateOf = podFates(state);
  const containers = policy.containers && planNodeContainers(state, policy.containers, judgeByHand, fateOf);
  const leftContainers = containers?.left ?? inventory.containers;
  const sandboxes = policy.sandboxes ? planNodeSandboxes(state, fateOf, leftContainers) : undefined;
  const leftSandboxes = sandboxes?.left ?? inventory.sandboxes;
  const logs = policy.logs ? planNodeLogs(state, fateOf, [leftContainers, leftSandboxes]) : NOTHING;
  const images = policy.images && planNodeImages(state, policy.images, ruleImages, policy.caps);
  const parts: readonly Judged[] = [containers ?? NOTHING, sandboxes ?? NOTHING, logs, images ?? NOTHING];
  const remove = new Array<PlannedRemoval>().concat(...parts.map((part) => part.remove));
  const kept = new Array<KeptItem>().concat(...parts.map((part) => part.kept));
  const disk = planDisk(state, images);
  return {
    ...common,
    remove,
    kept,
    sums: planSums(remove, images?.kept ?? []),
    ...(disk ? { disk } : {}),
    keepImages: images?.keepImages ?? [],
    warnings: planWarnings(state, policy, images),
  };
}

function planDisk({ inventory }: NodeState, images: JudgedImages | undefined): PlanDisk | undefined {
  const found = imageFileSystem(inventory);
  if (!found) return undefined;
  const { mountpoint, capacityBytes, availableBytes } = found;
  const amounts = [images?.shortfall.diskBytes, images?.shortfall.imageBytes].filter((bytes) => bytes !== undefined);
  return {
    mountpoint,
    capacityBytes,
    availableBytes,
    usagePercent: usagePercent({ capacityBytes, availableBytes: Math.min(availableBytes, capacityBytes) }),
    ...(amounts.length === 0 ? {} : { amountToFreeBytes: Math.max(0, ...amounts) }),
  };
}
