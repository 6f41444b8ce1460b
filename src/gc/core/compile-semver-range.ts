import Range from 'semver/classes/range.js';
import SemVer from 'semver/classes/semver.js';
import { PatternError } from './compile-pattern.js';
import { remember } from './remember.js';

const MAX_LENGTH = 256;
/** A tag that tells a version: `1.25`, `v1.25.3`, `1.25.3-alpine`. A single number is none, it may be a date or a build. */
const VERSION = /^v?(\d{1,9})\.(\d{1,9})(\.\d{1,9})?([-+].*)?$/;

/**
 * Whether a tag is a version within a range of node-semver. What stands after a hyphen (`-alpine`, `-rc.1`) does not put a tag out of the
 * range; it sorts before the version without it. @throws PatternError
 */
export function compileSemverRange(text: string): (tag: string) => boolean {
  const range = rangeOf(text);
  return remember((tag) => {
    const version = versionOf(tag);
    return version !== undefined && range.test(version);
  });
}

/** The version that a tag tells, if it tells one. */
export const versionOf = remember(readVersion);

function readVersion(tag: string): SemVer | undefined {
  const match = tag.length <= MAX_LENGTH ? VERSION.exec(tag) : null;
  if (!match) return undefined;
  const [, major = '', minor = '', patch = '.0', rest = ''] = match;
  try {
    return new SemVer(`${Number(major)}.${Number(minor)}.${Number(patch.slice(1))}${rest}`);
  } catch {
    return undefined; // such as an empty suffix: not a version
  }
}

function rangeOf(text: string): Range {
  if (text.trim() === '' || text.length > MAX_LENGTH)
    throw new PatternError(`must be a range such as <2.3.0 or 1.x, of at most ${MAX_LENGTH} characters`);
  try {
    return new Range(text, { includePrerelease: true });
  } catch {
    throw new PatternError('must be a range such as <2.3.0, >=1.2 <2 or 1.x');
  }
}
