/**
 * Which listed images a text may mean: an id, a repository digest or a tag, as containers, pods and people write them.
 *
 * Runtimes differ in what they say of a container's image: CRI's `image_ref` is here the id, there a repository digest. Ids are tried
 * first, then digests, then tags; a tag without a version is `latest`. A name without a registry means Docker Hub, and where no listed image is meant so, any registry:
 * CRI-O looks for such names in those that its `registries.conf` has.
 */
import { parseImageReference, type ImageReference } from '../../core/image-reference.js';
import { IdTable } from './id-table.js';
import type { InventoryImage } from './inventory.js';

export interface ImageIndex {
  /** Ids of the images that the text may mean; none when no listed image is meant. */
  readonly find: (text: string) => readonly string[];
}

type ListedImage = Pick<InventoryImage, 'id' | 'repoTags' | 'repoDigests'>;
type ParseReference = (text: string) => ImageReference | undefined;

const NONE: readonly string[] = [];
const LATEST = 'latest';
const ALGORITHM = 'sha256:';
const SCHEME = /^(?:docker-pullable|docker|containerd|cri-o):\/\//;

/** @param parse how to read references, for a caller who has read them already */
export function imageIndex(images: readonly ListedImage[], parse: ParseReference = parseImageReference): ImageIndex {
  const ids = new IdTable<string>();
  for (const { id } of images) ids.add(withAlgorithm(id), id);
  const names = namesOf(images, parse, nameAndTag);
  let digests: Map<string, string[]> | undefined; // made when the first is asked for
  let shorts: Map<string, string[]> | undefined; // as well
  const answers = new Map<string, readonly string[]>();
  const resolve = (text: string): readonly string[] => {
    const plain = text.includes('://') ? text.replace(SCHEME, '') : text;
    const byId = plain.includes('/') ? undefined : ids.get(withAlgorithm(plain)); // no id has a slash
    if (byId) return byId;
    const reference = parse(plain);
    const found = findReference(reference, () => (digests ??= digestsOf(images)), names);
    if (found || !isShort(plain, reference)) return found ?? NONE;
    shorts ??= namesOf(images, parse, shortName);
    return shorts.get(shortName(reference)) ?? NONE;
  };
  return {
    find: (text) => {
      const known = (text.startsWith(ALGORITHM) ? ids.get(text) : names.get(text)) ?? answers.get(text);
      if (known) return known;
      const found = resolve(text);
      answers.set(text, found);
      return found;
    },
  };
}

function digestsOf(images: readonly ListedImage[]): Map<string, string[]> {
  const digests = new Map<string, string[]>();
  for (const { id, repoDigests } of images)
    for (const text of repoDigests) add(digests, text.slice(text.indexOf('@') + 1), id);
  return digests;
}

/** Ids by a form of their tags. */
function namesOf(
  images: readonly ListedImage[],
  parse: ParseReference,
  nameOf: (reference: ImageReference) => string,
): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { id, repoTags } of images)
    for (const text of repoTags) {
      const reference = parse(text);
      if (reference) add(names, nameOf(reference), id);
    }
  return names;
}

/** Whether a name was written without a registry; a digest without a tag is looked for by itself. */
function isShort(written: string, reference: ImageReference | undefined): reference is ImageReference {
  if (!reference || (reference.digest !== undefined && reference.tag === undefined)) return false;
  return reference.registry === 'docker.io' && !/^(?:index\.)?docker\.io\//.test(written);
}

/** Path and tag, whatever the registry. */
function shortName({ repository, tag = LATEST }: ImageReference): string {
  return `${repository.replace(/^library\//, '')}:${tag}`;
}

/** An image that was loaded from a file has no digests, so behind a digest the tag is tried too. */
function findReference(
  reference: ImageReference | undefined,
  digests: () => ReadonlyMap<string, string[]>,
  names: ReadonlyMap<string, string[]>,
): readonly string[] | undefined {
  if (!reference) return undefined;
  const { tag, digest } = reference;
  const byDigest = digest === undefined ? undefined : digests().get(digest);
  if (byDigest || (digest !== undefined && tag === undefined)) return byDigest;
  return names.get(nameAndTag(reference));
}

/** Name and tag in the normal form, in which they are mostly asked for. */
function nameAndTag({ name, tagged }: ImageReference): string {
  return tagged ?? `${name}:${LATEST}`;
}

function withAlgorithm(id: string): string {
  return id.startsWith(ALGORITHM) ? id : `${ALGORITHM}${id}`;
}

function add(map: Map<string, string[]>, key: string, id: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [id]);
  else if (!known.includes(id)) known.push(id);
}
