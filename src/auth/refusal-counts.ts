/** How many calls of an address were refused and only counted. */
export interface RefusalCount {
  readonly address: string;
  readonly count: number;
  /** Of the last of them. */
  readonly requestId: string;
}

const MAX_ADDRESSES = 100;
const OTHERS = '(others)';

/** Counts refused calls for each address; of more than a hundred addresses the rest is counted together. */
export class RefusalCounts {
  private counts = new Map<string, RefusalCount>();

  add(address: string, requestId: string, count = 1): void {
    const key = this.counts.has(address) || this.counts.size < MAX_ADDRESSES ? address : OTHERS;
    this.counts.set(key, { address: key, requestId, count: count + (this.counts.get(key)?.count ?? 0) });
  }

  /** What was counted since the last call. */
  take(): RefusalCount[] {
    const counts = [...this.counts.values()];
    this.counts = new Map();
    return counts;
  }
}
