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
  const tags = readAll(repoTags);
  const isTagged = tags.length > 0;
  return { id, references: isTagged ? tags : readAll(repoDigests), isTagged, repoDigests, labels };
}

function readAll(texts: readonly string[]): readonly ImageReference[] {
  const references = texts.map(readReference);
  return references.every(isRead) ? references : references.filter(isRead);
}

function isRead(reference: ImageReference | undefined): reference is ImageReference {
  return reference !== undefined;
}
