/**
 * What an inventory adds to a node's ledger: new images are first seen now, those that a container of any state or a volume refers to are in
 * use now, and those that are gone lose their rows (as the kubelet's detection, detect-images.ts). An inventory whose images or containers
 * could not be listed says nothing. Folding one in twice changes nothing more.
 */
import { imageIndex } from '../../agents/core/image-index.js';
import type { Inventory } from '../../agents/core/inventory.js';
import { detectImages } from './detect-images.js';
import type { LedgerRow } from './ledger-row.js';
import { readReference } from './read-reference.js';

/** The node's new rows, in the order of the inventory's images. @param nowMs the server's clock when the inventory was taken */
export function foldInventory(rows: readonly LedgerRow[], inventory: Inventory, nowMs: number): readonly LedgerRow[] {
  if (inventory.failed.some(({ list }) => list === 'images' || list === 'containers')) return rows;
  const { find } = imageIndex(inventory.images, readReference);
  const inUse = new Set<string>();
  for (const { imageId, imageRef, mountedImages = [] } of inventory.containers) {
    const byId = imageId === undefined ? [] : find(imageId);
    for (const id of byId.length > 0 ? byId : find(imageRef)) inUse.add(id);
    for (const text of mountedImages) for (const id of find(text)) inUse.add(id);
  }
  return detectImages(rows, inventory.images, inUse, nowMs);
}
