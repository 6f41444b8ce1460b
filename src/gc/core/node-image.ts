import type { InventoryImage } from '../../agents/core/inventory.js';
import type { ImageCandidate } from './image-candidate.js';
import { imageNames, type ImageNames } from './image-names.js';
import type { LedgerRow } from './ledger-row.js';
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
  const rowOf = rowsByImage(ledger);
  return inventory.images.map((image, index) => {
    const row = rowOf(image.id, index);
    return {
      id: image.id,
      sizeBytes: image.sizeBytes,
      firstSeenAtMs: row?.firstSeenAtMs ?? nowMs,
      lastUsedAtMs: row?.lastUsedAtMs,
      image,
      names: imageNames(image),
      name: first(image.repoTags) ?? first(image.repoDigests) ?? image.id,
    };
  });
}

/** A ledger that has just taken the inventory in has its order; only where it has not, rows are looked up. */
function rowsByImage(ledger: readonly LedgerRow[]): (id: string, index: number) => LedgerRow | undefined {
  let rows: ReadonlyMap<string, LedgerRow> | undefined;
  return (id, index) => {
    const there = ledger[index];
    if (there?.imageId === id) return there;
    rows ??= new Map(ledger.map((row) => [row.imageId, row]));
    return rows.get(id);
  };
}

function first(names: readonly string[]): string | undefined {
  let least: string | undefined;
  for (const name of names) if ((least === undefined || name < least) && !name.includes('<none>')) least = name;
  return least;
}
