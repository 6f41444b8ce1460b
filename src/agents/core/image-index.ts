/**
 * Which listed images a text may mean: an id, a repository digest or a tag, as containers, pods and people write them.
 *
 * Runtimes differ in what they say of a container's image: CRI's `image_ref` is here the id, there a repository digest. Ids are tried
 * first, then digests, then tags; a tag without a version is `latest`.
 */
import { parseImageReference } from '../../core/image-reference.js';
import type { InventoryImage } from './inventory.js';

export interface ImageIndex {
  /** Ids of the images that the text may mean; none when no listed image is meant. */
  readonly find: (text: string) => readonly string[];
}

const NONE: readonly string[] = [];
const SCHEME = /^(?:docker-pullable|docker|containerd|cri-o):\/\//;

export function imageIndex(images: readonly InventoryImage[]): ImageIndex {
  const ids = new Map<string, string[]>();
  const names = new Map<string, string[]>();
  for (const { id, repoTags, repoDigests } of images) {
    add(ids, withoutAlgorithm(id), id);
    for (const name of repoDigests) addName(names, name, id);
    for (const name of repoTags) addName(names, name, id);
  }
  return {
    find: (text) => {
      const plain = text.replace(SCHEME, '');
      return ids.get(withoutAlgorithm(plain)) ?? firstFound(names, keysOf(plain)) ?? NONE;
    },
  };
}

function addName(names: Map<string, string[]>, name: string, id: string): void {
  add(names, name, id);
  for (const key of keysOf(name)) add(names, key, id);
}

/** The digest alone says which image; beside a digest a tag says nothing. */
function keysOf(text: string): readonly string[] {
  const reference = parseImageReference(text);
  if (!reference) return NONE;
  const { registry, repository, tag = 'latest', digest } = reference;
  return digest === undefined
    ? [`${registry}/${repository}:${tag}`]
    : [`${registry}/${repository}@${digest}`, `@${digest}`];
}

function firstFound(names: ReadonlyMap<string, string[]>, keys: readonly string[]): readonly string[] | undefined {
  return keys.map((key) => names.get(key)).find((found) => found !== undefined);
}

function withoutAlgorithm(id: string): string {
  return id.startsWith('sha256:') ? id.slice('sha256:'.length) : id;
}

function add(map: Map<string, string[]>, key: string, id: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [id]);
  else if (!known.includes(id)) known.push(id);
}
