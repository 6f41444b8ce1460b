/**
 * Which images are among the newest N of a repository: of those that a rule means, in use or not. An image that belongs to several
 * repositories is kept when it is among the newest of one. Newer is what was built later where the runtime tells that of all of them, else
 * what was first seen later, then the higher version in the tag, then the id.
 */
import SemVer from 'semver/classes/semver.js';
import { versionOf } from './compile-semver-range.js';
import type { NodeImage } from './node-image.js';

/** By image id, the repository that it is among the newest of. */
export function newestOfRepositories(images: readonly NodeImage[], count: number): ReadonlyMap<string, string> {
  const repositories = new Map<string, NodeImage[]>();
  for (const image of images)
    for (const { name } of image.names.references) {
      const members = repositories.get(name);
      if (!members) repositories.set(name, [image]);
      else if (members.at(-1) !== image) members.push(image); // it may have several tags in one repository
    }
  const newest = new Map<string, string>();
  for (const [name, members] of [...repositories].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const { id } of newestFirst(members, name).slice(0, count)) if (!newest.has(id)) newest.set(id, name);
  return newest;
}

interface Ranked {
  readonly id: string;
  readonly atMs: number;
  readonly image: NodeImage;
  /** Read only of those that tie. */
  version?: SemVer;
}

function newestFirst(images: readonly NodeImage[], repository: string): Ranked[] {
  const areBuiltAt = images.every(({ image }) => image.createdAtMs !== undefined);
  const ranked = images.map((one): Ranked => {
    const atMs = areBuiltAt ? (one.image.createdAtMs ?? one.firstSeenAtMs) : one.firstSeenAtMs;
    return { id: one.id, atMs, image: one };
  });
  const versionIn = (one: Ranked): SemVer => (one.version ??= highestVersion(one.image, repository));
  return ranked.sort((a, b) => b.atMs - a.atMs || versionIn(b).compare(versionIn(a)) || (a.id < b.id ? -1 : 1));
}

const NONE = new SemVer('0.0.0-0');

function highestVersion({ names }: NodeImage, repository: string): SemVer {
  let highest = NONE;
  for (const { name, tag } of names.references) {
    const version = name === repository && tag !== undefined ? versionOf(tag) : undefined;
    if (version && (highest === NONE || version.compare(highest) > 0)) highest = version;
  }
  return highest;
}
