/**
 * Which images are among the newest N of a repository: of those that a rule means, in use or not. An image that belongs to several
 * repositories is kept when it is among the newest of one. Newer is what was built later where the runtime tells that of all of them, else
 * what was first seen later, then the higher version in the tag, then the id.
 */
import SemVer from 'semver/classes/semver.js';
import { versionOf } from './compile-semver-range.js';
import type { NodeImage } from './node-image.js';

/** By image id, the repository that it is among the newest of; of several the first by name. */
export function newestOfRepositories(images: readonly NodeImage[], count: number): ReadonlyMap<string, string> {
  const repositories = new Map<string, NodeImage[]>();
  for (const image of images)
    for (const { name } of image.names.references) {
      const members = repositories.get(name);
      if (!members) repositories.set(name, [image]);
      else if (members.at(-1) !== image) members.push(image); // it may have several tags in one repository
    }
  const newest = new Map<string, string>();
  for (const [name, members] of repositories)
    for (const { id } of newestOf(members, name, count)) {
      const known = newest.get(id);
      if (known === undefined || name < known) newest.set(id, name);
    }
  return newest;
}

/** In no order; versions are read only of those that tie at the last place. */
function newestOf(images: readonly NodeImage[], repository: string, count: number): readonly Pick<NodeImage, 'id'>[] {
  if (images.length <= count) return images;
  const areBuiltAt = images.every(({ image }) => image.createdAtMs !== undefined);
  const atMsOf = ({ image, firstSeenAtMs }: NodeImage): number =>
    areBuiltAt ? (image.createdAtMs ?? firstSeenAtMs) : firstSeenAtMs;
  const lastMs = images.map(atMsOf).sort((a, b) => b - a)[count - 1] ?? Infinity;
  const newer = images.filter((one) => atMsOf(one) > lastMs);
  const tied = images.filter((one) => atMsOf(one) === lastMs);
  const free = count - newer.length;
  return [...newer, ...(tied.length <= free ? tied : highestFirst(tied, repository).slice(0, free))];
}

function highestFirst(images: readonly NodeImage[], repository: string): Pick<NodeImage, 'id'>[] {
  return images
    .map((one) => ({ id: one.id, version: highestVersion(one, repository) }))
    .sort((a, b) => b.version.compare(a.version) || (a.id < b.id ? -1 : 1));
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
