import type { InventoryImage } from '../../agents/core/inventory.js';
import type { ImageCandidate } from './image-candidate.js';
import type { ImageReference } from '../../core/image-reference.js';
import { imageNames, type ImageNames } from './image-names.js';
import type { NodeState } from './node-state.js';

/** An image of a node with all that rules, ages and order ask of it. */
export interface NodeImage extends ImageCandidate {
  readonly image: InventoryImage;
  readonly names: ImageNames;
  /** For people: its first tag, else a digest, else its id. */
  readonly name: string;
}

type ParseReference = (text: string) => ImageReference | undefined;

/** The inventory joined with the ledger, in no order. What the ledger does not know was first seen now. */
export function nodeImages({ inventory, ledger, nowMs }: NodeState, parse: ParseReference): NodeImage[] {
  const rows = new Map(ledger.map((row) => [row.imageId, row]));
  return inventory.images.map((image) => {
    const row = rows.get(image.id);
    return {
      id: image.id,
      sizeBytes: image.sizeBytes,
      firstSeenAtMs: row?.firstSeenAtMs ?? nowMs,
      lastUsedAtMs: row?.lastUsedAtMs,
      image,
      names: imageNames(image, parse),
      name: first(image.repoTags) ?? first(image.repoDigests) ?? image.id,
    };
  });
}

function first(names: readonly string[]): string | undefined {
  let least: string | undefined;
  for (const name of names) if ((least === undefined || name < least) && !name.includes('<none>')) least = name;
  return least;
}
