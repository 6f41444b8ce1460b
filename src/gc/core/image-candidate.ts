/** What the order and the ages of collection need to know of an image. */
export interface ImageCandidate {
  readonly id: string;
  readonly sizeBytes: number;
  readonly firstSeenAtMs: number;
  /** Absent: never seen in use. */
  readonly lastUsedAtMs?: number | undefined;
}

/**
 * Least recently used first, then first seen first. The kubelet leaves further ties open; here the id decides. Size plays no part.
 * @param neverUsedFirst as for the kubelet, an image that was never used goes before every other; else it counts as used when first seen
 */
export function orderOfUse(neverUsedFirst: boolean): (a: ImageCandidate, b: ImageCandidate) => number {
  return (a, b) => {
    const lastA = a.lastUsedAtMs ?? (neverUsedFirst ? -Infinity : a.firstSeenAtMs);
    const lastB = b.lastUsedAtMs ?? (neverUsedFirst ? -Infinity : b.firstSeenAtMs);
    if (lastA !== lastB) return lastA < lastB ? -1 : 1;
    return a.firstSeenAtMs - b.firstSeenAtMs || (a.id < b.id ? -1 : Number(a.id > b.id));
  };
}
