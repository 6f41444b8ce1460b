import type { InventoryImage } from '../../agents/core/inventory.js';
import type { ImageReference } from '../../core/image-reference.js';
import { readReference } from './read-reference.js';

/** What rules know an image by. */
export interface ImageNames {
  readonly id: string;
  /** Its tags, and the repositories that only its digests name: pods that are pinned to a digest need those. */
  readonly references: readonly ImageReference[];
  readonly isTagged: boolean;
  /** As the runtime lists them: `registry.example/shop/web@sha256:...`. */
  readonly repoDigests: readonly string[];
  /** Absent where the runtime does not tell them. */
  readonly labels: Readonly<Record<string, string>> | undefined;
}

export function imageNames({ id, repoTags, repoDigests, labels }: InventoryImage): ImageNames {
  const tags = readAll(repoTags);
  const beyond = repoDigests.some((text) => !isOfTag(text, repoTags)) ? digestsBeyond(tags, repoDigests) : [];
  const references = beyond.length > 0 ? [...tags, ...beyond] : tags;
  return { id, references, isTagged: tags.length > 0, repoDigests, labels };
}

/** Whether a digest is of the repository of a tag, as both are written: mostly so, and then it need not be read. */
function isOfTag(repoDigest: string, repoTags: readonly string[]): boolean {
  const at = repoDigest.indexOf('@');
  const repository = repoDigest.slice(0, at);
  return repoTags.some((tag) => tag.lastIndexOf(':') === at && tag.startsWith(repository));
}

function digestsBeyond(tags: readonly ImageReference[], repoDigests: readonly string[]): readonly ImageReference[] {
  return readAll(repoDigests).filter(({ name }) => tags.every((tag) => tag.name !== name));
}

function readAll(texts: readonly string[]): readonly ImageReference[] {
  const references = texts.map(readReference);
  return references.every(isRead) ? references : references.filter(isRead);
}

function isRead(reference: ImageReference | undefined): reference is ImageReference {
  return reference !== undefined;
}
