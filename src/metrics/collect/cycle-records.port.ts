import type { PartialSums } from '../core/aggregate.js';
import type { MissingNode } from './node-failure.js';

/** What one shard of a cycle brought. Plain JSON. */
export interface ShardReport {
  /** The nodes whose samples are in the store. */
  readonly present: readonly string[];
  readonly missing: readonly MissingNode[];
  readonly sums: PartialSums;
}

export interface NewCycle {
  /** End of the cycle's window, ms since the epoch. */
  readonly cycleAtMs: number;
  readonly resolutionMs: number;
  readonly startedAtMs: number;
  /** The names of the nodes of each shard. */
  readonly shards: readonly (readonly string[])[];
}

/** How complete a cycle is. */
export interface Completeness {
  readonly closedAtMs: number;
  readonly nodesPresent: number;
  /** Ordered by name. */
  readonly missing: readonly MissingNode[];
}

export interface Cycle {
  readonly cycleAtMs: number;
  readonly resolutionMs: number;
  readonly startedAtMs: number;
  readonly nodesExpected: number;
  /** Absent while the cycle runs. */
  readonly completeness?: Completeness;
}

/** A node that is missing from one or more cycles: why, the newest time, and how often. */
export interface MissedNode extends MissingNode {
  readonly cyclesMissed: number;
  readonly lastMissedAtMs: number;
}

/** What several closed cycles say together. */
export interface ClosedCycles {
  /** How many there are; none of the instants is set when it is 0. */
  readonly cycles: number;
  readonly newestCycleAtMs?: number;
  readonly oldestCycleAtMs?: number;
  /** The most nodes that any of them expected, and that any of them found. */
  readonly mostNodesExpected: number;
  readonly mostNodesPresent: number;
  /** Ordered by name. */
  readonly missing: readonly MissedNode[];
}

/** One shard of a cycle as it stands in the records. */
export interface ShardState {
  readonly shard: number;
  readonly nodes: readonly string[];
  readonly report?: ShardReport;
}

/**
 * The cycles and what their shards brought.
 *
 * Contract: calls are atomic, and those on one cycle follow one another. The shards of a cycle (nodes and reports) are forgotten ten cycles after
 * it; the cycle itself stays until `trim`.
 */
export abstract class CycleRecords {
  /** Records a new cycle. When it is there already it is left as it is, whatever its shards were. @returns its shards as they stand */
  abstract start(cycle: NewCycle): Promise<readonly ShardState[]>;
  /** The cycle's shards in order; none when the cycle is unknown or its shards are forgotten. */
  abstract shards(cycleAtMs: number): Promise<readonly ShardState[]>;
  /**
   * Keeps a shard's report; another one of the same shard replaces it. A report for a shard that is not there is not kept.
   * @returns whether the cycle was closed before, so that it must be closed again to count this report
   */
  abstract report(
    cycleAtMs: number,
    shard: number,
    report: ShardReport,
    atMs: number,
  ): Promise<'kept' | 'late' | 'unknown'>;
  /**
   * Records how complete a cycle is; again replaces it.
   * @param reportsSeen from how many reports that was told
   * @returns false, and records nothing, when there are more reports by now
   */
  abstract close(cycleAtMs: number, completeness: Completeness, reportsSeen: number): Promise<boolean>;
  abstract find(cycleAtMs: number): Promise<Cycle | undefined>;
  /** Newest first, of instants before `beforeMs` and at or after `fromMs`. */
  abstract list(range: {
    readonly fromMs: number;
    readonly beforeMs: number;
    readonly limit: number;
  }): Promise<Cycle[]>;
  /**
   * Takes closed cycles together: the newest `limit` of instants before `beforeMs` and at or after `fromMs`. Missing nodes are named from the newest
   * of them that lack 20,000 nodes in all: a cluster of which nothing can be collected must not make this slow.
   */
  abstract sumClosed(range: {
    readonly fromMs: number;
    readonly beforeMs: number;
    readonly limit: number;
  }): Promise<ClosedCycles>;
  /** Removes cycles of before this instant. @returns how many */
  abstract trim(beforeMs: number): Promise<number>;
}
