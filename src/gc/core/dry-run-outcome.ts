import type { CountedOutcome } from './outcome-of-node.js';
import type { NodePlan } from './plan.js';

/**
 * What a dry run came to on a node: nothing went, and `sizeBytes` and `estimatedBytes` are of what would go.
 * @param plan absent where it ended before one was made
 */
export function dryRunOutcome(plan: Pick<NodePlan, 'remove' | 'sums'> | undefined): CountedOutcome {
  return {
    planned: plan?.remove.length ?? 0,
    removed: 0,
    absent: 0,
    kept: 0,
    failed: 0,
    notReached: 0,
    estimatedBytes: plan?.sums.estimatedBytes ?? 0,
    sizeBytes: plan?.sums.sizeBytes ?? 0,
  };
}
