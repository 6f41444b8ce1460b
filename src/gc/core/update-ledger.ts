/**
 * The image ledger of a node after an inventory and the starts of containers that the pod watch has told of. An image that any container refers to (also one
 * that has ended) is used now; one that is no longer listed is forgotten. The same inventory and starts taken in again change nothing. Starts of containers
 * that belong to pods are counted from the pod watch, which tells them to the second, those of others from the inventory, so that none counts twice.
 */
import { imageIndex, type ImageIndex } from '../../agents/core/image-index.js';
import type { Inventory, InventoryContainer } from '../../agents/core/inventory.js';
import type { LedgerRow } from './ledger-row.js';

/** A container that has started on the node. */
export interface ContainerStart {
  /** What the runtime took for its image, else what its manifest writes. */
  readonly image: string;
  /** Tells it from others that started in the same second. */
  readonly container: string;
  readonly atMs: number;
}

/** @param nowMs when the inventory came, by the server's clock */
export function updateLedger(
  rows: readonly LedgerRow[],
  inventory: Inventory,
  starts: readonly ContainerStart[],
  nowMs: number,
): readonly LedgerRow[] {
  const index = imageIndex(inventory.images);
  const known = new Map(rows.map((row) => [row.imageId, row]));
  const used = usedImages(inventory, index);
  const started = startsByImage([...starts, ...startsByHand(inventory)], index);
  return inventory.images.map(({ id, sizeBytes, uniqueBytes, pinned }) => {
    const before = known.get(id);
    const lastUsedAtMs = used.has(id) ? Math.max(nowMs, before?.lastUsedAtMs ?? 0) : before?.lastUsedAtMs;
    const row: LedgerRow = {
      imageId: id,
      firstSeenAtMs: before?.firstSeenAtMs ?? nowMs,
      ...(lastUsedAtMs === undefined ? {} : { lastUsedAtMs }),
      timesUsed: before?.timesUsed ?? 0,
      sizeBytes,
      ...(uniqueBytes === undefined ? {} : { uniqueBytes }),
      pinned,
      ...(before?.lastStart ? { lastStart: before.lastStart } : {}),
    };
    return withStarts(row, started.get(id) ?? []);
  });
}

function usedImages({ containers }: Inventory, index: ImageIndex): ReadonlySet<string> {
  return new Set(containers.flatMap((container) => referencesOf(container).flatMap((text) => index.find(text))));
}

function referencesOf({ imageId, imageRef, mountedImages = [] }: InventoryContainer): string[] {
  return [imageId ?? imageRef, ...mountedImages];
}

function startsByHand({ containers }: Inventory): ContainerStart[] {
  return containers
    .filter(({ pod, state }) => pod === undefined && state !== 'created')
    .map(({ id, imageId, imageRef, createdAtMs }) => ({
      image: imageId ?? imageRef,
      container: id,
      atMs: createdAtMs,
    }));
}

function startsByImage(
  starts: readonly ContainerStart[],
  index: ImageIndex,
): ReadonlyMap<string, readonly ContainerStart[]> {
  const byImage = new Map<string, ContainerStart[]>();
  for (const start of starts)
    for (const id of index.find(start.image)) byImage.set(id, [...(byImage.get(id) ?? []), start]);
  return byImage;
}

/** Counts the starts that are later than the last one counted, and those of its very instant that it does not name. */
function withStarts(row: LedgerRow, starts: readonly ContainerStart[]): LedgerRow {
  const { lastStart } = row;
  const isNew = ({ atMs, container }: ContainerStart): boolean =>
    !lastStart || atMs > lastStart.atMs || (atMs === lastStart.atMs && !lastStart.containers.includes(container));
  const fresh = starts.filter(isNew);
  if (fresh.length === 0) return row;
  const atMs = Math.max(...fresh.map((start) => start.atMs));
  const latest = fresh.filter((start) => start.atMs === atMs).map(({ container }) => container);
  const containers = lastStart?.atMs === atMs ? [...lastStart.containers, ...latest] : latest;
  return {
    ...row,
    lastUsedAtMs: Math.max(row.lastUsedAtMs ?? 0, atMs),
    timesUsed: row.timesUsed + fresh.length,
    lastStart: { atMs, containers: containers.toSorted() },
  };
}
