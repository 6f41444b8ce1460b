/**
 * What a node of a run came to, from the audit of its items: the audit is the truth, and counting it again gives the same. Of an item with several
 * results (it failed, and a later attempt removed it) the best counts.
 */

/** From best to worst. */
const RESULTS = ['removed', 'absent', 'kept', 'failed', 'unknown'] as const;
export type CountedResult = (typeof RESULTS)[number];

export interface CountedItem {
  readonly item: string;
  readonly result: CountedResult;
  readonly kind: string;
  readonly sizeBytes: number;
  readonly estimatedBytes: number;
}

/** What a node came to, in items and bytes. */
export interface CountedOutcome {
  /** Items that the plan has for the node. */
  readonly planned: number;
  readonly removed: number;
  /** Items that were gone already. */
  readonly absent: number;
  /** Items that were left since something had changed. */
  readonly kept: number;
  /** Of which nobody told the end, too. */
  readonly failed: number;
  readonly notReached: number;
  /** By the file system's count before and after; absent where nothing was removed. */
  readonly freedBytes?: number;
  /** What the plan expected of the items that went; in a dry run, of those that would go. */
  readonly estimatedBytes: number;
  /** The sum of the sizes that the runtime reported of them. */
  readonly sizeBytes: number;
}

export interface JudgedOutcome {
  readonly state: 'succeeded' | 'partial' | 'failed';
  readonly because: string;
  readonly outcome: CountedOutcome;
}

/**
 * @param plannedItems the items that the plan has for the node; those of an earlier attempt's plan that became something count too
 * @param stoppedBecause why the agent did not go through all of them
 */
export function outcomeOfNode(
  plannedItems: readonly string[],
  items: readonly CountedItem[],
  freedBytes: number | undefined,
  stoppedBecause: string | undefined,
): JudgedOutcome {
  const best = new Map<string, CountedItem>();
  for (const item of items) {
    const known = best.get(item.item);
    if (!known || RESULTS.indexOf(item.result) < RESULTS.indexOf(known.result)) best.set(item.item, item);
  }
  const told = [...best.values()];
  const planned = new Set([...plannedItems, ...best.keys()]).size;
  const count = (result: CountedResult): number => told.filter((item) => item.result === result).length;
  const gone = told.filter(({ result }) => result === 'removed');
  const sum = (field: 'sizeBytes' | 'estimatedBytes'): number => gone.reduce((all, item) => all + item[field], 0);
  const failed = count('failed') + count('unknown');
  const outcome: CountedOutcome = {
    planned,
    removed: gone.length,
    absent: count('absent'),
    kept: count('kept'),
    failed,
    notReached: planned - told.length,
    ...(freedBytes === undefined ? {} : { freedBytes }),
    estimatedBytes: sum('estimatedBytes'),
    sizeBytes: sum('sizeBytes'),
  };
  return { ...judge(outcome, stoppedBecause), outcome };
}

/** What was left since something had changed is no failure; what was not reached is. */
function judge(
  { planned, removed, absent, kept, failed, notReached }: CountedOutcome,
  stoppedBecause: string | undefined,
): Omit<JudgedOutcome, 'outcome'> {
  if (planned === 0) return { state: 'succeeded', because: 'nothing was to be removed' };
  const parts = [
    `${removed} of ${planned} removed`,
    ...(absent > 0 ? [`${absent} gone already`] : []),
    ...(kept > 0 ? [`${kept} left since they had changed`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(notReached > 0
      ? [`${notReached} not reached${stoppedBecause === undefined ? '' : `: ${stoppedBecause}`}`]
      : []),
  ];
  const because = parts.join(', ');
  if (failed === 0 && notReached === 0) return { state: 'succeeded', because };
  return { state: removed + absent + kept > 0 ? 'partial' : 'failed', because };
}
