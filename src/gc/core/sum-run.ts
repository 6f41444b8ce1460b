import type { CountedOutcome } from './outcome-of-node.js';

/** A node of a run, as far as its run's sum goes. */
export interface SummedNode {
  readonly node: string;
  readonly state: string;
  readonly because: string;
  readonly outcome?: CountedOutcome;
}

/** What a run came to on all of its nodes. */
export interface RunSums {
  readonly nodes: number;
  readonly planned: number;
  readonly removed: number;
  /** Gone already. */
  readonly absent: number;
  readonly kept: number;
  readonly failed: number;
  /** Measured on the nodes' file systems. */
  readonly freedBytes: number;
  /** What plans expected of what went; in a dry run, of what would go. */
  readonly estimatedBytes: number;
  /** The sum of its sizes as runtimes report them. */
  readonly sizeBytes: number;
}

/** How a run ended: `reason` says which nodes are missing, absent when none is. */
export interface SummedRun {
  readonly sums: RunSums;
  readonly reason?: string;
  /** No node did what it was to do. */
  readonly isFailed: boolean;
}

const SHOWN = 3;

/** Adds up the nodes of a run. */
export function sumRun(nodes: readonly SummedNode[]): SummedRun {
  const sum = (field: Exclude<keyof RunSums, 'nodes'>): number =>
    nodes.reduce((all, { outcome }) => all + (outcome?.[field] ?? 0), 0);
  const sums: RunSums = {
    nodes: nodes.length,
    planned: sum('planned'),
    removed: sum('removed'),
    absent: sum('absent'),
    kept: sum('kept'),
    failed: sum('failed'),
    freedBytes: sum('freedBytes'),
    estimatedBytes: sum('estimatedBytes'),
    sizeBytes: sum('sizeBytes'),
  };
  const missing = nodes.filter(({ state }) => state !== 'succeeded');
  if (missing.length === 0) return { sums, isFailed: false };
  const shown = missing.slice(0, SHOWN).map(({ node, because }) => `${node}: ${because}`);
  const more = missing.length > SHOWN ? `; and ${missing.length - SHOWN} more` : '';
  const reason = `${missing.length} of ${nodes.length} nodes: ${shown.join('; ')}${more}`;
  return {
    sums,
    reason,
    isFailed: missing.length === nodes.length && missing.every(({ state }) => state !== 'partial'),
  };
}
