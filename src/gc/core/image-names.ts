import type { InventoryImage } from '../../agents/core/inventory.js';
import type { ImageReference } from '../../core/image-reference.js';

/** What rules know an image by. */
export interface ImageNames {
  readonly id: string;
  /** Its tags; of an untagged image the repositories that its digests name. */
  readonly references: readonly ImageReference[];
  readonly isTagged: boolean;
  /** Digests of its manifests in repositories. */
  readonly digests: readonly string[];
  /** Absent where the runtime does not tell them. */
  readonly labels: Readonly<Record<string, string>> | undefined;
}

export function imageNames(
  { id, repoTags, repoDigests, labels }: InventoryImage,
  parse: (text: string) => ImageReference | undefined,
): ImageNames {
  const tags = repoTags.map(parse).filter((reference) => reference !== undefined);
  const isTagged = tags.length > 0;
  const references = isTagged ? tags : repoDigests.map(parse).filter((reference) => reference !== undefined);
  return { id, references, isTagged, digests: repoDigests.map(digestOf), labels };
}

function digestOf(repoDigest: string): string {
  return repoDigest.slice(repoDigest.indexOf('@') + 1);
}
