import { decodeCursor, encodeCursor } from '../../platform/http/paging.js';
import { invalidInput } from '../../platform/errors.js';
import type { NodePlan, PlanSums } from '../core/plan.js';
import type { GcNodePlan, GcPlanView } from './gc-plan.schema.js';
import type { ReadPlan } from './gc-plans.service.js';

const at = (ms: number): string => new Date(ms).toISOString();

/** A plan as clients see it. @param showsKept whether what stays is shown too */
export function gcPlanView({ plan, nodes, hasMore }: ReadPlan, showsKept: boolean): GcPlanView {
  const last = nodes.at(-1);
  return {
    id: plan.id,
    policy: plan.policy,
    policyVersion: plan.policyVersion,
    ...(plan.digest === undefined ? {} : { digest: plan.digest }),
    madeBy: plan.madeBy,
    madeAt: at(plan.madeAtMs),
    expiresAt: at(plan.expiresAtMs),
    sums: sumOf(nodes),
    nodes: nodes.map((node) => nodeView(node, showsKept)),
    ...(hasMore && last ? { nextCursor: encodeCursor([last.node]) } : {}),
  };
}

/** @throws ProblemError 400 when the cursor is none of a plan's nodes */
export function nodeAfter(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const [node] = decodeCursor(cursor, 1);
  if (typeof node === 'string') return node;
  throw invalidInput('cursor', 'is not a cursor of this list; leave it out to begin at the start');
}

function nodeView(plan: NodePlan, showsKept: boolean): GcNodePlan {
  const { node, madeAtMs, notActed, remove, kept, sums, disk, warnings } = plan;
  return {
    node,
    madeAt: at(madeAtMs),
    ...(notActed === undefined ? {} : { notActed }),
    remove: remove.map(({ key, target, name, rule, because, sizeBytes, uniqueBytes }) => ({
      key,
      kind: target.kind,
      name,
      rule,
      because,
      sizeBytes,
      ...(uniqueBytes === undefined ? {} : { uniqueBytes }),
    })),
    kept: showsKept ? [...kept] : [],
    sums,
    ...(disk ? { disk } : {}),
    warnings: [...warnings],
  };
}

function sumOf(nodes: readonly NodePlan[]): PlanSums {
  const sum = (field: keyof PlanSums): number => nodes.reduce((all, { sums }) => all + sums[field], 0);
  return {
    images: sum('images'),
    containers: sum('containers'),
    sandboxes: sum('sandboxes'),
    logs: sum('logs'),
    sizeBytes: sum('sizeBytes'),
    estimatedBytes: sum('estimatedBytes'),
    keptImages: sum('keptImages'),
    keptImageBytes: sum('keptImageBytes'),
  };
}
