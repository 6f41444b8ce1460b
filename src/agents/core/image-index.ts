/**
 * Which listed images a text may mean: an id, a repository digest or a tag, as containers, pods and people write them.
 *
 * Runtimes differ in what they say of a container's image: CRI's `image_ref` is here the id, there a repository digest. Ids are tried
 * first, then digests, then tags; a tag without a version is `latest`.
 */
import { parseImageReference, type ImageReference } from '../../core/image-reference.js';
import type { InventoryImage } from './inventory.js';

export interface ImageIndex {
  /** Ids of the images that the text may mean; none when no listed image is meant. */
  readonly find: (text: string) => readonly string[];
}

type ParseReference = (text: string) => ImageReference | undefined;

const NONE: readonly string[] = [];
const SCHEME = /^(?:docker-pullable|docker|containerd|cri-o):\/\//;

/** @param parse how to read references, for a caller who has read them already */
export function imageIndex(images: readonly InventoryImage[], parse: ParseReference = parseImageReference): ImageIndex {
  const ids = new Map<string, string[]>();
  const names = new Map<string, string[]>();
  for (const { id, repoTags, repoDigests } of images) {
    add(ids, withoutAlgorithm(id), id);
    for (const name of repoDigests) addName(names, parse(name), id);
    for (const name of repoTags) addName(names, parse(name), id);
  }
  const answers = new Map<string, readonly string[]>();
  return {
    find: (text) => {
      const known = answers.get(text);
      if (known) return known;
      const plain = text.replace(SCHEME, '');
      const found = ids.get(withoutAlgorithm(plain)) ?? firstFound(names, keysOf(parse(plain))) ?? NONE;
      answers.set(text, found);
      return found;
    },
  };
}

function addName(names: Map<string, string[]>, name: ImageReference | undefined, id: string): void {
  for (const key of keysOf(name)) add(names, key, id);
}

/** From the surest on. An image that was loaded from a file has no digests, so behind a digest the tag is tried too. */
function keysOf(reference: ImageReference | undefined): readonly string[] {
  if (!reference) return NONE;
  const { registry, repository, tag, digest } = reference;
  const tagged = `${registry}/${repository}:${tag ?? 'latest'}`;
  if (digest === undefined) return [tagged];
  return tag === undefined ? [`@${digest}`] : [`@${digest}`, tagged];
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
