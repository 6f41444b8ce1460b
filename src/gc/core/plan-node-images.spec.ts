import { describe, expect, it } from '@jest/globals';
import { aContainer, aNode, anImage, aPod, aRow, DAY, HOUR, MINUTE, NOW } from './testdata/node-state.js';
import { planNode } from './plan-node.js';
import type { NodeState } from './node-state.js';
import type { NodePlan } from './plan.js';
import type { GcPolicy, ImagePolicy, ImageRule } from './policy.js';
import { PRESETS } from './presets.js';

const SAFER = PRESETS.safer.policy;

function images(over: Partial<ImagePolicy>, caps: GcPolicy['caps'] = {}): GcPolicy {
  return { ...SAFER, images: { ...SAFER.images, ...over }, caps };
}

const went = ({ remove }: NodePlan): string[] => remove.map(({ name, rule }) => `${name} by ${rule}`);
const why = (plan: NodePlan, key: string): string | undefined => {
  const found = plan.kept.find((one) => one.key === key);
  return found && `${found.rule}: ${found.because}`;
};

/** Three images of 1 GB that nothing uses: `a:1` was last used 3 days ago, `b:1` 2 days ago, `c:1` never since it came 60 days ago. */
const THREE = [anImage('a:1'), anImage('b:1'), anImage('c:1')];
const ROWS = [aRow('a:1', { lastUsedAtMs: NOW - 3 * DAY }), aRow('b:1', { lastUsedAtMs: NOW - 2 * DAY }), aRow('c:1')];
const three = (over: Partial<NodeState['inventory']> = {}, rest: Parameters<typeof aNode>[1] = {}): NodeState =>
  aNode({ images: THREE, ...over }, { ledger: ROWS, ...rest });

describe('images of a node', () => {
  it('go least recently used first until the low mark is reached', () => {
    const plan = planNode(three(), images({ targets: [{ kind: 'percent', highPercent: 85, lowPercent: 88 }] }));
    expect(went(plan)).toEqual([
      'registry.example/shop/c:1 by built-in/disk-target',
      'registry.example/shop/a:1 by built-in/disk-target',
    ]);
    expect(plan.remove[0]?.because).toBe(
      'The disk is 90 % used, not below the high mark of 85 %; of what may go it is the least recently used: it was first seen 60d ago and never used since.',
    );
    expect(why(plan, 'image/sha256:b:1')).toBe(
      'built-in/disk-target: No rule removes it, and what was used before it frees the 2.0 GB that the targets ask for.',
    );
    expect(plan.sums).toMatchObject({ images: 2, sizeBytes: 2e9, estimatedBytes: 2e9, keptImages: 1 });
    expect(plan.disk).toMatchObject({ usagePercent: 90, amountToFreeBytes: 2e9 });
  });

  it('go by the file system of the default snapshotter, which containerd names first', () => {
    const [byDefault, other] = ['overlayfs', 'devmapper'].map((name) => ({
      holds: 'image' as const,
      mountpoint: `/var/lib/containerd/io.containerd.snapshotter.v1.${name}`,
      capacityBytes: 100e9,
      availableBytes: name === 'overlayfs' ? 60e9 : 1e9,
    }));
    if (!byDefault || !other) throw new Error('two were made');
    const plan = planNode(three({ fileSystems: [byDefault, other] }), images({}));
    expect(plan.disk).toMatchObject({ mountpoint: byDefault.mountpoint, usagePercent: 40 });
    expect(plan.remove).toEqual([]);
  });

  it('stay below the high mark, and say so', () => {
    const plan = planNode(three(), images({ targets: [{ kind: 'percent', highPercent: 91, lowPercent: 80 }] }));
    expect(plan.remove).toEqual([]);
    expect(why(plan, 'image/sha256:a:1')).toContain('the disk is 90 % used, below the high mark of 91 %');
  });

  it.each<[string, ImagePolicy['targets'], number]>([
    ['used bytes', [{ kind: 'used', highBytes: 90e9, lowBytes: 89e9 }], 1],
    ['used bytes below the mark', [{ kind: 'used', highBytes: 90e9 + 1, lowBytes: 1 }], 0],
    ['a budget', [{ kind: 'budget', maxBytes: 1e9 }], 2],
    ['a budget that is used up', [{ kind: 'budget', maxBytes: 3e9 }], 0],
    [
      'the largest shortfall of several',
      [
        { kind: 'budget', maxBytes: 2e9 },
        { kind: 'percent', highPercent: 90, lowPercent: 88 },
      ],
      2,
    ],
    ['none', [], 0],
  ])('go by the target %s', (_, targets, count) => {
    expect(planNode(three(), images({ targets })).remove).toHaveLength(count);
  });

  it.each<[string, Parameters<typeof three>, string]>([
    [
      'a container of any state by id',
      [{ containers: [aContainer('x', 'gone', { imageId: 'sha256:a:1' })] }],
      'built-in/in-use: The exited container shop/gone/main uses it.',
    ],
    [
      'a container by tag',
      [{ containers: [aContainer('x', 'gone', { imageRef: 'registry.example/shop/a:1' })] }],
      'built-in/in-use: The exited container shop/gone/main uses it.',
    ],
    [
      'an image volume',
      [{ containers: [aContainer('x', 'gone', { mountedImages: ['registry.example/shop/a:1'] })] }],
      'built-in/in-use: ',
    ],
    [
      'a container by hand',
      [
        {
          containers: [
            {
              id: 'x',
              name: 'build',
              attempt: 0,
              imageRef: 'registry.example/shop/a:1',
              state: 'exited',
              createdAtMs: 0,
            },
          ],
        },
      ],
      'built-in/in-use: The exited container build, which was started by hand, uses it.',
    ],
    [
      'a pending pod',
      [{}, { cluster: { pods: [aPod('web', { phase: 'Pending', images: ['registry.example/shop/a:1'] })] } }],
      'built-in/pod: The pending pod shop/web uses it.',
    ],
    [
      'a workload',
      [{}, { cluster: { referencedImages: [{ image: 'registry.example/shop/a:1', by: 'CronJob shop/nightly' }] } }],
      'built-in/referenced: CronJob shop/nightly names it.',
    ],
    [
      'a workload by a short name, which CRI-O looks for in registries of its own',
      [
        { images: [anImage('a:1', { repoTags: ['quay.io/shop/a:1'] })] },
        { cluster: { referencedImages: [{ image: 'shop/a:1', by: 'CronJob shop/nightly' }] } },
      ],
      'built-in/referenced: CronJob shop/nightly names it.',
    ],
    [
      'a workload by a short name of one part',
      [
        { images: [anImage('a:1', { repoTags: ['registry.fedoraproject.org/fedora:latest'] })] },
        { cluster: { referencedImages: [{ image: 'fedora', by: 'CronJob shop/nightly' }] } },
      ],
      'built-in/referenced: CronJob shop/nightly names it.',
    ],
    [
      'a workload with tag and digest of an image without digests',
      [
        {},
        {
          cluster: {
            referencedImages: [
              { image: `registry.example/shop/a:1@sha256:${'0'.repeat(64)}`, by: 'Deployment shop/web' },
            ],
          },
        },
      ],
      'built-in/referenced: Deployment shop/web names it.',
    ],
    ['the runtime, which has pinned it', [{ images: [anImage('a:1', { pinned: true })] }], 'built-in/pinned: '],
    ['sandboxes', [{ sandboxImage: 'registry.example/shop/a:1' }], 'built-in/sandbox-image: '],
    [
      'sandboxes by its name',
      [{ images: [anImage('a:1', { repoTags: ['registry.k8s.io/pause:3.10'] })] }],
      'built-in/sandbox-image: It is a pause image',
    ],
  ])('stay while needed by %s', (_, [inventory, rest], expected) => {
    const everything = images({
      targets: [{ kind: 'budget', maxBytes: 0 }],
      rules: [{ action: 'remove', name: 'all', match: {} }],
    });
    const plan = planNode(three(inventory, rest), everything);
    expect(why(plan, 'image/sha256:a:1')).toContain(expected);
    expect(plan.keepImages).toEqual(['sha256:a:1']);
    expect(plan.remove.map(({ key }) => key)).not.toContain('image/sha256:a:1');
  });

  it.each<[string, ImageRule[], string[]]>([
    ['all', [{ action: 'remove', name: 'r', match: {} }], ['c:1', 'a:1', 'b:1']],
    [
      'by tag, when every tag of an image is met',
      [{ action: 'remove', name: 'r', match: { tag: { glob: '1' } } }],
      ['c:1', 'a:1', 'b:1'],
    ],
    ['by repository', [{ action: 'remove', name: 'r', match: { repository: { regex: 'shop/[ab]' } } }], ['a:1', 'b:1']],
    ['by registry that is another', [{ action: 'remove', name: 'r', match: { registry: { glob: 'docker.io' } } }], []],
    ['by digest', [{ action: 'remove', name: 'r', match: { digest: 'sha256:b:1' } }], ['b:1']],
    ['unused for long', [{ action: 'remove', name: 'r', match: {}, unusedForMs: 3 * DAY }], ['c:1', 'a:1']],
    ['on the node for long', [{ action: 'remove', name: 'r', match: {}, olderThanMs: 61 * DAY }], []],
    [
      'but what another protects',
      [
        { action: 'remove', name: 'r', match: {} },
        { action: 'protect', name: 'p', match: { repository: { glob: 'shop/a' } } },
      ],
      ['c:1', 'b:1'],
    ],
    ['by labels that are not known: none', [{ action: 'remove', name: 'r', match: { labels: 'a=b' } }], []],
    [
      'protected by labels that are not known: all',
      [
        { action: 'remove', name: 'r', match: {} },
        { action: 'protect', name: 'p', match: { labels: 'a=b' } },
      ],
      [],
    ],
  ])('go by rules: %s', (_, rules, expected) => {
    const plan = planNode(three(), images({ rules, targets: [] }));
    expect(plan.remove.map(({ name }) => name.replace('registry.example/shop/', ''))).toEqual(expected);
  });

  it('with several tags go only when the rule means each of them, and are protected by one', () => {
    const two = anImage('a:1', { repoTags: ['registry.example/shop/a:1', 'registry.example/shop/a:stable'] });
    const rule = (action: 'remove' | 'protect'): ImageRule => ({ action, name: action, match: { tag: { glob: '1' } } });
    const planned = (rules: ImageRule[]) =>
      planNode(aNode({ images: [two] }, { ledger: ROWS }), images({ rules, targets: [] }));
    expect(planned([rule('remove')]).remove).toEqual([]);
    const all: ImageRule = { action: 'remove', name: 'all', match: {} };
    expect(planned([all]).remove).toHaveLength(1);
    expect(planned([all, rule('protect')]).remove).toEqual([]);
  });

  it('keep the newest of each repository, by build, by first sight, then by version', () => {
    const versions = ['v:1.9', 'v:1.10', 'v:2.0.0-rc.1', 'v:2.0.0', 'v:latest'];
    const keepLast: ImageRule = {
      action: 'remove',
      name: 'old',
      match: { repository: { glob: 'shop/v' } },
      keepLast: 2,
    };
    const left = (over: (name: string) => object, rows = versions.map((name) => aRow(name))): string[] => {
      const state = aNode({ images: versions.map((name) => anImage(name, over(name))) }, { ledger: rows });
      const { kept } = planNode(state, images({ rules: [keepLast], targets: [{ kind: 'budget', maxBytes: 0 }] }));
      expect(kept[0]?.because).toBe('It is among the newest 2 of registry.example/shop/v, which the rule old keeps.');
      return kept.map(({ name }) => name.replace('registry.example/shop/', '')).sort();
    };
    expect(left(() => ({}))).toEqual(['v:2.0.0', 'v:2.0.0-rc.1']);
    expect(left((name) => ({ createdAtMs: name === 'v:1.9' || name === 'v:latest' ? 2 : 1 }))).toEqual([
      'v:1.9',
      'v:latest',
    ]);
    const seen = versions.map((name) => aRow(name, { firstSeenAtMs: NOW - DAY * versions.indexOf(name) - HOUR }));
    expect(left(() => ({}), seen)).toEqual(['v:1.10', 'v:1.9']);
  });

  it('stay while younger than the minimum age, whatever rules say', () => {
    const ledger = [aRow('a:1', { firstSeenAtMs: NOW - MINUTE }), aRow('b:1', { lastUsedAtMs: NOW - MINUTE })];
    const plan = planNode(three({}, { ledger }), images({ rules: [{ action: 'remove', name: 'r', match: {} }] }));
    expect(plan.remove).toEqual([]);
    expect(why(plan, 'image/sha256:a:1')).toBe(
      'built-in/minimum-age: It was first seen 1m ago, and the minimum age is 2m.',
    );
    expect(why(plan, 'image/sha256:b:1')).toBe(
      'built-in/minimum-age: It was last used 1m ago, and the minimum age is 2m.',
    );
    expect(why(plan, 'image/sha256:c:1')).toBe(
      'built-in/minimum-age: It was first seen 0s ago, and the minimum age is 2m.',
    );
  });

  it('go by the maximum age, before what goes for the disk', () => {
    const plan = planNode(
      three(),
      images({ maxAgeMs: 2.5 * DAY, targets: [{ kind: 'percent', highPercent: 90, lowPercent: 50 }] }),
    );
    expect(went(plan).map((one) => one.replace('registry.example/shop/', ''))).toEqual([
      'c:1 by built-in/maximum-age',
      'a:1 by built-in/maximum-age',
    ]); // then 88 % are used: below the high mark
  });

  it.each<[GcPolicy['caps'], number, string]>([
    [{ images: 2 }, 2, 'built-in/run-cap: A run removes at most 2 images, and it comes after them.'],
    [{ bytes: 1_500_000_000 }, 1, 'built-in/run-cap: With it the run would remove more than 1.5 GB.'],
  ])('go no further than the caps %j', (caps, count, because) => {
    const plan = planNode(three(), images({ targets: [{ kind: 'budget', maxBytes: 0 }] }, caps));
    expect(plan.remove).toHaveLength(count);
    expect(why(plan, 'image/sha256:b:1')).toBe(because);
  });

  it('count by what only they hold, where that is safer', () => {
    const shared = THREE.map((image) => ({ ...image, uniqueBytes: 400_000_000 }));
    const targets: ImagePolicy['targets'] = [{ kind: 'percent', highPercent: 90, lowPercent: 89 }];
    expect(planNode(three({ images: shared }), images({ targets })).remove).toHaveLength(3);
    const { safer } = PRESETS.kubelet.policy.images;
    expect(planNode(three({ images: shared }), images({ targets, safer })).remove).toHaveLength(1);
  });

  it('that were pulled beforehand and not used yet do not go before what was used long ago, where that is safer', () => {
    const ledger = [aRow('a:1', { lastUsedAtMs: NOW - 3 * DAY }), aRow('b:1', { firstSeenAtMs: NOW - HOUR })];
    const targets: ImagePolicy['targets'] = [{ kind: 'budget', maxBytes: 1e9 }];
    const first = (safer: ImagePolicy['safer']): string | undefined =>
      planNode(aNode({ images: THREE.slice(0, 2) }, { ledger }), images({ targets, safer })).remove[0]?.key;
    expect(first(SAFER.images.safer)).toBe('image/sha256:a:1');
    expect(first(PRESETS.kubelet.policy.images.safer)).toBe('image/sha256:b:1');
  });

  it('stay at a high mark of 100, which is off unless there is a maximum age', () => {
    const full = { capacityBytes: 100e9, availableBytes: 0.5e9, usedBytes: 3e9 };
    const state = three({ fileSystems: [{ holds: 'image', mountpoint: '/var', ...full }] });
    const targets: ImagePolicy['targets'] = [{ kind: 'percent', highPercent: 100, lowPercent: 99 }];
    expect(planNode(state, images({ targets })).remove).toEqual([]);
    expect(planNode(state, images({ targets, maxAgeMs: 90 * DAY })).remove).toHaveLength(1);
  });

  it('warn when less can go than is asked for, and tell what else fills the disk', () => {
    const { warnings } = planNode(three(), SAFER);
    expect(warnings).toEqual([
      'Of the 30.0 GB that the targets ask for only 3.0 GB can go. All images together report 3.0 GB of the 90.0 GB that are used.',
    ]);
    expect(planNode(three(), { ...SAFER, caps: { images: 1 } }).warnings).toEqual([
      'Of the 30.0 GB that the targets ask for this run frees 1.0 GB: its caps hold 2 of the images back that may go.',
    ]);
  });

  it('warn apart of what rules free in the same run', () => {
    const policy = images({ maxAgeMs: 2.5 * DAY, targets: [{ kind: 'percent', highPercent: 80, lowPercent: 60 }] });
    expect(planNode(three(), { ...policy, caps: { images: 2 } }).warnings).toEqual([
      'Rules and the maximum age free 2.0 GB in this run; of the 28.0 GB that the targets ask for beyond that this run frees 0 B: its caps hold 1 of the images back that may go.',
    ]);
  });
});
