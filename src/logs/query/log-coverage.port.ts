import type { LogSpan } from '../core/filter/log-filter.js';
import type { ContainerFacts } from '../core/query/concerns-container.js';

/** A container whose newest lines are not here yet. */
export interface ContainerLag {
  readonly container: ContainerFacts;
  /** How much older the newest line that was read is than what the cluster has, ms; absent when nothing was read yet. */
  readonly behindMs?: number;
  /** Why, as a finished sentence. */
  readonly reason: string;
}

/** Lines of a container that will never be here. */
export interface ContainerGap extends LogSpan {
  readonly container: ContainerFacts;
  readonly reason: string;
}

export interface CoverageQuery {
  /** Whether a container is one of those that are asked about: what it says no to stays out of every figure and list. */
  readonly concerns: (container: ContainerFacts) => boolean;
  readonly span: LogSpan;
  /** The most lags and the most gaps; which ones where there are more: the worst lags, the newest gaps. */
  readonly limit: number;
}

export interface CoverageFacts {
  /** Containers that are to be collected, and those of them that nothing is behind of. */
  readonly containersExpected: number;
  readonly containersPresent: number;
  /** The worst first. */
  readonly behind: readonly ContainerLag[];
  /** Of gaps that reach into the span; the newest first. */
  readonly gaps: readonly ContainerGap[];
}

/** What the lines that are collected lack. Whoever collects them implements it; where nobody does, answers tell nothing of it. */
export abstract class LogCoverage {
  abstract of(query: CoverageQuery): Promise<CoverageFacts>;
}
