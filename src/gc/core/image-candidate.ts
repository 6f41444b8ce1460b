/** What the order and the ages of collection need to know of an image. */
export interface ImageCandidate {
  readonly id: string;
  readonly sizeBytes: number;
  readonly firstSeenAtMs: number;
  /** Absent: never seen in use, which sorts before every instant. */
  readonly lastUsedAtMs?: number;
}

/** Least recently used first, then first seen first. The kubelet leaves further ties open; here the id decides. Size plays no part. */
export function byLastUse(a: ImageCandidate, b: ImageCandidate): number {
  const lastA = a.lastUsedAtMs ?? -Infinity;
  const lastB = b.lastUsedAtMs ?? -Infinity;
  if (lastA !== lastB) return lastA < lastB ? -1 : 1;
  return a.firstSeenAtMs - b.firstSeenAtMs || (a.id < b.id ? -1 : Number(a.id > b.id));
}
