import type { Cycle } from '../collect/cycle-records.port.js';
import type { Coverage } from '../coverage.schema.js';

type Missing = NonNullable<Coverage['missing']>[number];

/**
 * What closed cycles say together of how complete they are. A node counts as present when it is there in every one of them, so a node that is
 * missing from the newest cycle alone shows as well as one that came back. Running cycles say nothing yet and are passed over.
 *
 * @param cycles newest first
 * @param mayNameNodes false: counts alone
 */
export function sumCoverage(cycles: readonly Cycle[], mayNameNodes: boolean): Coverage {
  const closed = cycles.filter(({ completeness }) => completeness !== undefined);
  const missing = new Map<string, Missing>();
  let nodesExpected = 0;
  let nodesPresent = 0;
  for (const { cycleAtMs, nodesExpected: expected, completeness } of closed) {
    nodesExpected = Math.max(nodesExpected, expected);
    nodesPresent = Math.max(nodesPresent, completeness?.nodesPresent ?? 0);
    for (const { node, reason, detail } of completeness?.missing ?? []) {
      const newest = missing.get(node) ?? { node, reason, detail, cyclesMissed: 0, lastMissedAt: isoOf(cycleAtMs) };
      missing.set(node, { ...newest, cyclesMissed: newest.cyclesMissed + 1 });
    }
  }
  const newest = closed[0];
  const oldest = closed.at(-1);
  const byName = [...missing.values()].sort((left, right) => (left.node < right.node ? -1 : 1));
  return {
    cycles: closed.length,
    ...(newest ? { newestCycleAt: isoOf(newest.cycleAtMs) } : {}),
    ...(oldest ? { oldestCycleAt: isoOf(oldest.cycleAtMs) } : {}),
    nodesExpected,
    nodesPresent: Math.min(nodesPresent, Math.max(0, nodesExpected - missing.size)),
    ...(mayNameNodes ? { missing: byName } : {}),
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
