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
  readonly labels?: Readonly<Record<string, string>>;
}

export function imageNames(
  { id, repoTags, repoDigests, labels }: InventoryImage,
  parse: (text: string) => ImageReference | undefined,
): ImageNames {
  const parsed = (texts: readonly string[]): ImageReference[] => texts.flatMap((text) => parse(text) ?? []);
  const tags = parsed(repoTags);
  const digested = parsed(repoDigests);
  return {
    id,
    references: tags.length > 0 ? tags : digested,
    isTagged: tags.length > 0,
    digests: digested.flatMap(({ digest }) => digest ?? []),
    ...(labels ? { labels } : {}),
  };
}
