import type { NodePlan } from './plan.js';
import type { GcPolicy } from './policy.js';

/**
 * The text that an approval is for: the policy, and on each node what goes and in which order. Equal for equal plans, whatever order fields
 * and nodes come in; the sentence that says why something goes is no part of it.
 */
export function canonicalPlan(policy: GcPolicy, plans: readonly Pick<NodePlan, 'node' | 'remove'>[]): string {
  const nodes = plans
    .map(({ node, remove }) => ({ node, remove: remove.map(({ key, target, rule }) => ({ key, target, rule })) }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
  return JSON.stringify(inOrder({ policy, nodes }));
}

/** Fields by name; what is undefined is absent, as in JSON. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, inOrder(field)]));
}
