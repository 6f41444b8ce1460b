/**
 * How far a sink may be behind, and when one that failed is tried again. Ignores why it is behind: an outage, a slow sink and a process that did not run are
 * the same. The newest cycle always stays, so that a sink that comes back has something to begin with.
 */

/** How many of the oldest cycles are given up. */
export interface BacklogDecision {
  readonly drop: number;
  readonly because?: string;
}

export interface BacklogBound {
  /** About how many bytes may wait. */
  readonly maxBytes: number;
  /** About how many bytes each waiting cycle takes. */
  readonly cycleBytes: number;
}

export function boundBacklog(cycles: number, { maxBytes, cycleBytes }: BacklogBound): BacklogDecision {
  const most = Math.max(1, cycleBytes > 0 ? Math.floor(maxBytes / cycleBytes) : cycles);
  if (cycles <= most) return { drop: 0 };
  const drop = cycles - most;
  return {
    drop,
    because: `${cycles} cycles of about ${cycleBytes} bytes wait, and ${maxBytes} bytes may (METRIC_SINK_MAX_BACKLOG)`,
  };
}

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/** When a sink that failed is tried again, ms since the epoch: 5 s after the first failure, twice as long after each further one, at most a minute. */
export function retryAtMs(failuresInRow: number, lastFailureAtMs: number): number {
  return lastFailureAtMs + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failuresInRow - 1));
}
