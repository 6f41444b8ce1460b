/**
 * What starts of containers add to a node's ledger: each is a use of its image. The watch tells of a start many times; it counts once. What
 * began before the latest start of the same image that was counted, and is told of only afterwards, does not count: it may have been. Nor does, yet,
 * a start in the future, which a kubelet tells whose node's clock is ahead: the image would seem to be used until then.
 */
import { imageIndex } from '../../agents/core/image-index.js';
import type { InventoryImage } from '../../agents/core/inventory.js';
import type { LedgerRow } from './ledger-row.js';
import { readReference } from './read-reference.js';

export interface ContainerStart {
  /** Which container, and which start of it: `<pod uid>/<container>/<restarts>`. */
  readonly key: string;
  /** The image as the pod's status or manifest tells it: an id, a digest or a tag. */
  readonly image: string;
  /** ms since the epoch; the API server tells whole seconds. */
  readonly startedAtMs: number;
}

/**
 * The node's new rows, in their order. A start of an image that has no row is left out: the next inventory brings the row and the use.
 * @param images the node's as last listed, by which texts find their image
 * @param nowMs the server's clock
 */
export function foldStarts(
  rows: readonly LedgerRow[],
  images: readonly Pick<InventoryImage, 'id' | 'repoTags' | 'repoDigests'>[],
  starts: readonly ContainerStart[],
  nowMs: number,
): readonly LedgerRow[] {
  const { find } = imageIndex(images, readReference);
  const byImage = new Map<string, ContainerStart[]>();
  const begun = starts
    .filter(({ startedAtMs }) => startedAtMs <= nowMs)
    .toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  for (const start of begun) for (const id of find(start.image)) byImage.set(id, [...(byImage.get(id) ?? []), start]);
  return rows.map((row) => (byImage.get(row.imageId) ?? []).reduce(countStart, row));
}

function countStart(row: LedgerRow, { key, startedAtMs }: ContainerStart): LedgerRow {
  const { lastStart } = row;
  if (lastStart && startedAtMs < lastStart.atMs) return row;
  const earlier = lastStart?.atMs === startedAtMs ? lastStart.containers : [];
  if (earlier.includes(key)) return row;
  return {
    ...row,
    timesUsed: row.timesUsed + 1,
    lastUsedAtMs: Math.max(row.lastUsedAtMs ?? startedAtMs, startedAtMs),
    lastStart: { atMs: startedAtMs, containers: [...earlier, key] },
  };
}
