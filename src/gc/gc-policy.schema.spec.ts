import { describe, expect, it } from '@jest/globals';
import { checkGcPolicy } from './check-gc-policy.js';
import { PRESET_NAMES, PRESETS } from './core/presets.js';
import { GcPolicyContent } from './gc-policy.schema.js';
import { presetContent } from './preset-content.js';
import { toGcPolicy } from './to-gc-policy.js';

const Policy = GcPolicyContent.superRefine(checkGcPolicy);
const remove = (rule: object): object => ({ images: { rules: [{ action: 'remove', name: 'r', ...rule }] } });
const protect = (rule: object): object => ({ images: { rules: [{ action: 'protect', name: 'p', ...rule }] } });

function faultsOf(body: object): string[] {
  const { error } = Policy.safeParse(body);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a policy as callers write it', () => {
  it('is the preset when nothing is said', () => {
    expect(toGcPolicy(Policy.parse({}))).toEqual(PRESETS.safer.policy);
    expect(toGcPolicy(Policy.parse({ preset: 'book' }))).toEqual(PRESETS.book.policy);
  });

  it.each(PRESET_NAMES)('is the preset %s when it says all that the preset does, whichever preset it names', (name) => {
    const written = presetContent(name);
    expect(Policy.parse(written)).toEqual(written);
    expect(toGcPolicy(Policy.parse(written))).toEqual(PRESETS[name].policy);
    const other = name === 'safer' ? 'kubelet' : 'safer';
    expect(toGcPolicy(Policy.parse({ ...written, preset: other }))).toEqual(PRESETS[name].policy);
  });

  it('says what it says in ms and bytes, and takes the rest from the preset', () => {
    const policy = Policy.parse({
      preset: 'kubelet',
      images: {
        minAge: '1h',
        targets: [
          { kind: 'used', high: '2Gi', low: '1Gi' },
          { kind: 'budget', max: '1k' },
        ],
        rules: [
          {
            action: 'remove',
            name: 'r',
            match: { tag: { glob: 'pr-*' } },
            unusedFor: '1d',
            olderThan: '2d',
            keepLast: 2,
          },
          { action: 'protect', name: 'p', match: { semver: '>=2' } },
        ],
        safer: { durableUse: true },
      },
      containers: { maxContainers: 100, byHand: [{ name: 'b', container: { regex: 'build-.+' } }] },
      logs: false,
      caps: { images: 5, bytes: '1Mi', seconds: 60 },
    });
    expect(toGcPolicy(policy)).toEqual({
      images: {
        minAgeMs: 3_600_000,
        maxAgeMs: 0,
        targets: [
          { kind: 'used', highBytes: 2 ** 31, lowBytes: 2 ** 30 },
          { kind: 'budget', maxBytes: 1000 },
        ],
        rules: [
          {
            action: 'remove',
            name: 'r',
            match: { tag: { glob: 'pr-*' } },
            unusedForMs: 86_400_000,
            olderThanMs: 2 * 86_400_000,
            keepLast: 2,
          },
          { action: 'protect', name: 'p', match: { semver: '>=2' } },
        ],
        safer: { ...PRESETS.kubelet.policy.images.safer, durableUse: true },
      },
      containers: {
        ...PRESETS.kubelet.policy.containers,
        maxContainers: 100,
        byHand: [{ name: 'b', container: { regex: 'build-.+' }, exitedForMs: 86_400_000 }],
      },
      sandboxes: true,
      logs: false,
      caps: { images: 5, bytes: 2 ** 20, seconds: 60 },
    });
  });

  it('leaves alone what is not enabled', () => {
    const policy = toGcPolicy(Policy.parse({ images: { enabled: false }, containers: { enabled: false } }));
    expect(policy).not.toHaveProperty('images');
    expect(policy).not.toHaveProperty('containers');
  });

  it.each([
    [{ images: { targets: [{ kind: 'percent', high: 80, low: 90 }] } }, 'images.targets.0.low: must be below'],
    [{ images: { targets: [{ kind: 'percent', high: 80, low: 80 }] } }, 'images.targets.0.low: must be below'],
    [{ images: { targets: [{ kind: 'used', high: '1Gi', low: '2Gi' }] } }, 'images.targets.0.low: must be below'],
    [{ images: { targets: [{ kind: 'percent', high: 101, low: 80 }] } }, 'images.targets.0.high: '],
    [{ images: { targets: [{ kind: 'used', high: 'much', low: '2Gi' }] } }, 'images.targets.0.high: "much" is not'],
    [{ images: { targets: [{ kind: 'budget', max: '-1' }] } }, 'images.targets.0.max: must not be negative'],
    [{ images: { minAge: '5m', maxAge: '5m' } }, 'images.maxAge: must be above the minimum age'],
    [{ images: { minAge: 'soon' } }, 'images.minAge: "soon" is not a duration'],
    [remove({ match: { tag: { regex: '(' } } }), 'images.rules.0.match.tag'],
    [remove({ match: { tag: { regex: '(a)\\1' } } }), 'images.rules.0.match.tag'],
    [remove({ match: { tag: { glob: '' } } }), 'images.rules.0.match.tag'],
    [remove({ match: { tag: { glob: 'a', regex: 'a' } } }), 'images.rules.0.match.tag'],
    [remove({ match: { semver: 'newest' } }), 'images.rules.0.match.semver: must be a range such as'],
    [remove({ match: { labels: 'a in (' } }), 'images.rules.0.match.labels: at position'],
    [remove({ match: { digest: 'sha256:12' } }), 'images.rules.0.match.digest: must be sha256:'],
    [remove({ match: { untagged: true, semver: '1.x' } }), 'images.rules.0.match.untagged: contradicts tag and semver'],
    [remove({ name: 'built-in/pinned' }), 'images.rules.0.name: must be 1 to 63'],
    [remove({ keepLast: 0 }), 'images.rules.0.keepLast'],
    [protect({}), 'images.rules.0.match: protects every image'],
    [protect({ match: { repository: { glob: '**' } } }), 'images.rules.0.match: protects every image'],
    [
      {
        images: {
          rules: ['protect', 'remove'].map((action) => ({ action, name: action, match: { tag: { glob: 'x' } } })),
        },
      },
      'images.rules.1.match: is protected by the rule protect',
    ],
    [
      { images: { rules: [1, 2].map((days) => ({ action: 'remove', name: 'twice', unusedFor: `${days}d` })) } },
      'images.rules.1.name: is the name of images.rules.0 too',
    ],
    [{ caps: { images: 0 } }, 'caps.images'],
    [{ preset: 'none' }, 'preset'],
    [{ image: {} }, ': Unrecognized key: "image"'],
  ])('%j is refused with its reason, whether or not it is confirmed', (body, fault) => {
    expect(faultsOf(body)).toEqual([expect.stringContaining(fault)]);
    expect(faultsOf({ ...body, confirm: true })).toEqual([expect.stringContaining(fault)]);
  });

  it.each([
    [remove({}), 'images.rules.0.match: matches every image'],
    [remove({ match: { registry: { glob: '*' }, tag: { regex: '.*' } } }), 'images.rules.0.match: matches every image'],
    [remove({ match: { repository: { glob: '**' } }, unusedFor: '0s' }), 'images.rules.0.match: matches every image'],
    [{ containers: { maxPerPodContainer: 0 } }, 'containers.maxPerPodContainer: is 0 and keeps no dead container'],
    [{ containers: { maxContainers: 0 } }, 'containers.maxContainers: is 0 and keeps no dead container'],
    [{ images: { targets: [{ kind: 'budget', max: '0' }] } }, 'images.targets.0.max: is 0 and keeps no image'],
    [{ images: { targets: [{ kind: 'percent', high: 1, low: 0 }] } }, 'images.targets.0.low: is 0 and keeps no image'],
    [
      { containers: { byHand: [{ name: 'all', container: { glob: '*' } }] } },
      'containers.byHand.0.container: matches every container',
    ],
  ])('%j needs a confirm', (body, fault) => {
    expect(faultsOf(body)).toEqual([expect.stringContaining(fault)]);
    expect(faultsOf({ ...body, confirm: true })).toEqual([]);
  });

  it.each([
    remove({ unusedFor: '30d' }),
    remove({ keepLast: 3 }),
    remove({ match: { repository: { glob: '*/*' } } }),
    protect({ keepLast: 3 }),
    { containers: { minAge: '0s', maxPerPodContainer: -1, maxContainers: -1 } },
    { images: { targets: [] } },
  ])('%j needs none', (body) => expect(faultsOf(body)).toEqual([]));
});
