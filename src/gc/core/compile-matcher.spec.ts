import { describe, expect, it } from '@jest/globals';
import { anImage } from './testdata/node-state.js';
import { compileMatcher } from './compile-matcher.js';
import { imageNames } from './image-names.js';
import { isPauseImage } from './is-pause-image.js';
import type { ImageMatcher } from './policy.js';

const DIGEST = `sha256:${'d'.repeat(64)}`;
const named = (tags: string[], over: Parameters<typeof anImage>[1] = {}) =>
  imageNames(anImage('x', { repoTags: tags, ...over }));

describe('a matcher of images', () => {
  it.each<[ImageMatcher, string, boolean]>([
    [{}, 'nginx:1', true],
    [{ registry: { glob: 'docker.io' } }, 'nginx:1', true],
    [{ registry: { glob: '*.example*' } }, 'registry.example:5000/web:1', true],
    [{ registry: { glob: 'registry.example' } }, 'registry.example:5000/web:1', false],
    [{ repository: { glob: 'nginx' } }, 'nginx:1', true],
    [{ repository: { glob: 'library/*' } }, 'nginx:1', true],
    [{ repository: { glob: 'nginx' } }, 'registry.example/nginx-extra:1', false],
    [{ repository: { glob: 'shop/*' } }, 'shop/a/b:1', false],
    [{ repository: { glob: 'shop/**' } }, 'shop/a/b:1', true],
    [{ repository: { regex: 'sho[op]' } }, 'registry.example/shop/web:1', false],
    [{ tag: { glob: '?.*' } }, 'web:1.25', true],
    [{ tag: { glob: '1.2' } }, 'web:1x2', false],
    [{ tag: { regex: 'pr-\\d+' } }, 'web:pr-17', true],
    [{ semver: '<1.26' }, 'web:v1.25', true],
    [{ semver: '<1.26' }, 'web:1.25.3-alpine', true],
    [{ semver: '1.x' }, 'web:2.0.0', false],
    [{ semver: '>=1' }, 'web:20240101', false],
    [{ semver: '>=0' }, 'web:latest', false],
    [{ registry: { glob: 'docker.io' }, tag: { glob: 'latest' } }, 'web:1', false],
  ])('%j on %s: %s', (matcher, tag, expected) => {
    const { meansAnyOf, meansAllOf } = compileMatcher(matcher);
    expect([meansAnyOf(named([tag])), meansAllOf(named([tag]))]).toEqual([expected, expected]);
  });

  it('knows an untagged image by the repositories of its digests, and by its digest', () => {
    const untagged = named([], { repoDigests: [`web@${DIGEST}`] });
    const means = (matcher: ImageMatcher): boolean => compileMatcher(matcher).meansAllOf(untagged);
    expect([{ untagged: true } as const, { digest: DIGEST }, { repository: { glob: 'web' } }].map(means)).toEqual([
      true,
      true,
      true,
    ]);
    expect([{ tag: { glob: '**' } }, { digest: `${DIGEST}0` }].map(means)).toEqual([false, false]);
  });

  it('knows a tagged image also by a repository that only a digest of it names: pods may be pinned to that one', () => {
    const tagged = named(['ci/tmp:1'], { repoDigests: [`ci/tmp@${DIGEST}`, `base/jdk@${DIGEST}`] });
    const { meansAllOf } = compileMatcher({ repository: { glob: 'ci/**' } });
    expect(meansAllOf(tagged)).toBe(false);
    expect(compileMatcher({ repository: { glob: 'base/**' } }).meansAnyOf(tagged)).toBe(true);
    const own = named(['ci/tmp:1', 'registry.example:5000/ci/tmp:2'], {
      repoDigests: [`ci/tmp@${DIGEST}`, `docker.io/ci/tmp@${DIGEST}`, `registry.example:5000/ci/tmp@${DIGEST}`],
    });
    expect(meansAllOf(own)).toBe(true);
    expect(compileMatcher({ tag: { regex: '[12]' } }).meansAllOf(own)).toBe(true);
  });

  it('takes time linear in the text for every pattern', () => {
    const { meansAllOf } = compileMatcher({ tag: { regex: '(a+)+$' }, repository: { glob: '*a*a*a*a*a*a*a*b' } });
    expect(meansAllOf(named([`${'a'.repeat(500)}:${'a'.repeat(100)}!`]))).toBe(false);
  });
});

describe('pause images', () => {
  it.each([
    ['registry.k8s.io/pause:3.10', true],
    ['gcr.io/google_containers/pause-amd64:3.0', true],
    ['602401143452.dkr.ecr.eu-west-1.amazonaws.com/eks/pause:3.5', true],
    ['docker.io/rancher/mirrored-pause:3.6', true],
    ['registry.access.redhat.com/rhel7/pod-infrastructure:latest', true],
    ['registry.example/shop/pause-menu:1', false],
    ['registry.example/pause/web:1', false],
  ])('%s: %s', (tag, expected) => expect(isPauseImage({ repoTags: [tag], repoDigests: [] })).toBe(expected));
});
