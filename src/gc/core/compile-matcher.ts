/**
 * Which images a rule means. A rule that protects errs towards keeping: one reference that is met is enough, and labels that the runtime does
 * not tell are taken as met. A rule that removes errs the same way: every reference must be met, since removal by id drops them all, and
 * labels must be known.
 */
import { parseLabelSelector } from '../../core/label-selector.js';
import type { ImageReference } from '../../core/image-reference.js';
import { compilePattern } from './compile-pattern.js';
import { compileSemverRange } from './compile-semver-range.js';
import type { ImageNames } from './image-names.js';
import type { ImageMatcher } from './policy.js';
import { remember } from './remember.js';

export interface CompiledMatcher {
  /** For rules that protect. */
  readonly meansAnyOf: (image: ImageNames) => boolean;
  /** For rules that remove. */
  readonly meansAllOf: (image: ImageNames) => boolean;
}

/** @throws PatternError, LabelSelectorError */
export function compileMatcher(matcher: ImageMatcher): CompiledMatcher {
  const onReference = referenceTests(matcher);
  const meets = remember((reference: ImageReference) => onReference.every((test) => test(reference))); // the same objects come again
  const meetsImage = imageTest(matcher);
  const isFree = onReference.length === 0;
  return {
    meansAnyOf: (image) => meetsImage(image, true) && (isFree || image.references.some(meets)),
    meansAllOf: (image) =>
      meetsImage(image, false) && (isFree || (image.references.length > 0 && image.references.every(meets))),
  };
}

function referenceTests({
  registry,
  repository,
  tag,
  semver,
}: ImageMatcher): ((reference: ImageReference) => boolean)[] {
  const tests: ((reference: ImageReference) => boolean)[] = [];
  if (registry) {
    const meets = compilePattern(registry);
    tests.push((reference) => meets(reference.registry));
  }
  if (repository) {
    const meets = compilePattern(repository);
    tests.push((reference) => meets(reference.repository) || meetsOfficial(reference, meets));
  }
  if (tag) {
    const meets = compilePattern(tag);
    tests.push((reference) => reference.tag !== undefined && meets(reference.tag));
  }
  if (semver !== undefined) {
    const isIn = compileSemverRange(semver);
    tests.push((reference) => reference.tag !== undefined && isIn(reference.tag));
  }
  return tests;
}

/** Docker's official images are known without their folder too: `library/nginx` as `nginx`. */
function meetsOfficial({ registry, repository }: ImageReference, meets: (text: string) => boolean): boolean {
  return registry === 'docker.io' && repository.startsWith('library/') && meets(repository.slice('library/'.length));
}

function imageTest({ labels, digest, untagged }: ImageMatcher) {
  const selects = labels === undefined ? undefined : parseLabelSelector(labels);
  return (image: ImageNames, ifUnknown: boolean): boolean =>
    (digest === undefined || image.id === digest || image.repoDigests.some((text) => text.endsWith(`@${digest}`))) &&
    (untagged !== true || !image.isTagged) &&
    (selects === undefined || (image.labels ? selects(image.labels) : ifUnknown));
}
