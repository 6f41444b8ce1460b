import type { InventoryImage } from '../../agents/core/inventory.js';
import type { ImageCandidate } from './image-candidate.js';
import { imageNames, type ImageNames } from './image-names.js';
import type { NodeState } from './node-state.js';

/** An image of a node with all that rules, ages and order ask of it. */
export interface NodeImage extends ImageCandidate {
  readonly image: InventoryImage;
  readonly names: ImageNames;
  /** For people: its first tag, else a digest, else its id. */
  readonly name: string;
}

/** The inventory joined with the ledger, in no order. What the ledger does not know was first seen now. */
export function nodeImages({ inventory, ledger, nowMs }: NodeState): NodeImage[] {
  const rows = new Map(ledger.map((row) => [row.imageId, row]));
  return inventory.images.map((image) => {
    const row = rows.get(image.id);
    return {
      id: image.id,
      sizeBytes: image.sizeBytes,
      firstSeenAtMs: row?.firstSeenAtMs ?? nowMs,
      ...(row?.lastUsedAtMs === undefined ? {} : { lastUsedAtMs: row.lastUsedAtMs }),
      image,
      names: imageNames(image),
      name: first(image.repoTags) ?? first(image.repoDigests) ?? image.id,
    };
  });
}

function first(names: readonly string[]): string | undefined {
  return names.filter((name) => !name.includes('<none>')).reduce<string | undefined>(lesser, undefined);
}

function lesser(least: string | undefined, name: string): string {
  return least === undefined || name < least ? name : least;
}
