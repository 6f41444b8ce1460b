/**
 * What one look at the runtime changes in what is known of images: `detectImages` of pkg/kubelet/images/image_gc_manager.go. An image that
 * is not listed any more is forgotten, and is new when it comes back. The kubelet keeps this in memory and forgets it all at a restart; the
 * ledger does not.
 */
import type { LedgerRow } from './ledger-row.js';

type Listed = Pick<LedgerRow, 'sizeBytes' | 'uniqueBytes' | 'pinned'> & { readonly id: string };

/** Rows in the order of `images`. @param inUse ids of images that a container of any state or a volume refers to */
export function detectImages(
  rows: readonly LedgerRow[],
  images: readonly Listed[],
  inUse: ReadonlySet<string>,
  nowMs: number,
): LedgerRow[] {
  const known = new Map(rows.map((row) => [row.imageId, row]));
  return images.map(({ id, sizeBytes, uniqueBytes, pinned }) => {
    const { firstSeenAtMs, lastUsedAtMs, timesUsed, lastStart } = known.get(id) ?? newRow(nowMs);
    const usedAtMs = inUse.has(id) ? Math.max(nowMs, lastUsedAtMs ?? nowMs) : lastUsedAtMs;
    return {
      imageId: id,
      firstSeenAtMs,
      ...(usedAtMs === undefined ? {} : { lastUsedAtMs: usedAtMs }),
      timesUsed,
      sizeBytes,
      ...(uniqueBytes === undefined ? {} : { uniqueBytes }),
      pinned,
      ...(lastStart ? { lastStart } : {}),
    };
  });
}

function newRow(nowMs: number): Pick<LedgerRow, 'firstSeenAtMs' | 'lastUsedAtMs' | 'timesUsed' | 'lastStart'> {
  return { firstSeenAtMs: nowMs, timesUsed: 0 };
}
