import type { InventoryImage } from '../../agents/core/inventory.js';
import type { ImageReference } from '../../core/image-reference.js';
import { readReference } from './read-reference.js';

/** What rules know an image by. */
export interface ImageNames {
  readonly id: string;
  /** Its tags; of an untagged image the repositories that its digests name. */
  readonly references: readonly ImageReference[];
  readonly isTagged: boolean;
  /** As the runtime lists them: `registry.example/shop/web@sha256:...`. */
  readonly repoDigests: readonly string[];
  /** Absent where the runtime does not tell them. */
  readonly labels: Readonly<Record<string, string>> | undefined;
}

export function imageNames({ id, repoTags, repoDigests, labels }: InventoryImage): ImageNames {
  const tags = repoTags.map(readReference).filter((reference) => reference !== undefined);
  const isTagged = tags.length > 0;
  const references = isTagged ? tags : repoDigests.map(readReference).filter((reference) => reference !== undefined);
  return { id, references, isTagged, repoDigests, labels };
}
