/**
 * The kubelet's arithmetic on its two marks (pkg/kubelet/images/image_gc_manager.go): 64-bit integers, divisions cut off towards zero. What
 * is available times a hundred leaves the exact range of a double above 90 TB, hence BigInt.
 */

/** A reading of a file system: what is available is at most the capacity. */
export interface DiskReading {
  readonly capacityBytes: number;
  readonly availableBytes: number;
}

/** The share that is free is rounded down, so usage is rounded up. @param capacityBytes above 0 */
export function usagePercent({ capacityBytes, availableBytes }: DiskReading): number {
  return 100 - Number((BigInt(availableBytes) * 100n) / BigInt(capacityBytes));
}

/** How much must go until usage is down to the low mark. Negative where rounding has put usage at a mark that it is below of. */
export function bytesAboveLow({ capacityBytes, availableBytes }: DiskReading, lowPercent: number): number {
  return Number((BigInt(capacityBytes) * BigInt(100 - lowPercent)) / 100n - BigInt(availableBytes));
}
