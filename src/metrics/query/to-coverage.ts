import type { ClosedCycles, Cycle } from '../collect/cycle-records.port.js';
import type { Coverage } from '../coverage.schema.js';
import { isoOf } from './iso-of.js';

/**
 * What closed cycles say together of how complete they are. A node counts as present when it is there in every one of them, so a node that is
 * missing from the newest cycle alone shows as well as one that came back.
 *
 * @param mayNameNodes false: counts alone
 */
export function toCoverage(sums: ClosedCycles, mayNameNodes: boolean): Coverage {
  const { cycles, newestCycleAtMs, oldestCycleAtMs, mostNodesExpected, mostNodesPresent, missing } = sums;
  return {
    cycles,
    ...(newestCycleAtMs === undefined ? {} : { newestCycleAt: isoOf(newestCycleAtMs) }),
    ...(oldestCycleAtMs === undefined ? {} : { oldestCycleAt: isoOf(oldestCycleAtMs) }),
    nodesExpected: mostNodesExpected,
    nodesPresent: Math.min(mostNodesPresent, Math.max(0, mostNodesExpected - missing.length)),
    ...(mayNameNodes ? { missing: missing.map(toMissing) } : {}),
  };
}

/** One cycle as if it were summed; none or one that runs as no cycle. */
export function sumsOfCycle(cycle: Cycle | undefined): ClosedCycles {
  if (!cycle?.completeness) return { cycles: 0, mostNodesExpected: 0, mostNodesPresent: 0, missing: [] };
  const { cycleAtMs, nodesExpected, completeness } = cycle;
  return {
    cycles: 1,
    newestCycleAtMs: cycleAtMs,
    oldestCycleAtMs: cycleAtMs,
    mostNodesExpected: nodesExpected,
    mostNodesPresent: completeness.nodesPresent,
    missing: completeness.missing.map((one) => ({ ...one, cyclesMissed: 1, lastMissedAtMs: cycleAtMs })),
  };
}

function toMissing({ lastMissedAtMs, ...missed }: ClosedCycles['missing'][number]) {
  return { ...missed, lastMissedAt: isoOf(lastMissedAtMs) };
}
