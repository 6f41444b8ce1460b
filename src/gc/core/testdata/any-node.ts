import * as fc from 'fast-check';
import type { InventoryContainer, InventoryImage, InventorySandbox } from '../../../agents/core/inventory.js';
import type { NodeState } from '../node-state.js';
import type { GcPolicy, ImagePolicy, ImageRule } from '../policy.js';
import { PRESETS, PRESET_NAMES } from '../presets.js';
import { aNode, DAY, HOUR, NOW } from './node-state.js';

/** Small worlds in which everything meets everything: six images, four pods, two containers' names. */
const IMAGE_NAMES = ['app:1', 'app:2', 'app:v1.10.0', 'base:1', 'job:pr-1', 'pause:3.9'];
const PODS = ['p1', 'p2', 'p3', 'p4'];

export const tagOf = (name: string): string => `registry.example/shop/${name}`;
const digestOf = (name: string): string =>
  `registry.example/shop/x@sha256:${(IMAGE_NAMES.indexOf(name) + 1).toString().repeat(64)}`;
const idOf = (name: string): string =>
  `sha256:${(IMAGE_NAMES.indexOf(name) + 1).toString().repeat(64).replaceAll(/^./g, 'f')}`;
const ageMs = fc.constantFrom(0, 30_000, 119_999, 120_000, HOUR, 3 * DAY, 40 * DAY);
const name = fc.constantFrom(...IMAGE_NAMES);

const image = fc.record({
  pinned: fc.nat(9),
  tags: fc.nat(3),
  size: fc.nat(5),
  unique: fc.boolean(),
});
const images = fc.tuple(...IMAGE_NAMES.map(() => fc.option(image))).map((all) =>
  all.flatMap((one, index): InventoryImage[] => {
    const named = IMAGE_NAMES[index] ?? '';
    if (!one) return [];
    return [
      {
        id: idOf(named),
        repoTags: one.tags === 0 ? [] : [tagOf(named), ...(one.tags === 3 ? [tagOf(`also:${index}`)] : [])],
        repoDigests: one.tags === 2 || one.tags === 0 ? [digestOf(named)] : [],
        sizeBytes: one.size * 1_000_000_000,
        ...(one.unique ? { uniqueBytes: one.size * 100_000_000 } : {}),
        pinned: one.pinned === 0,
      },
    ];
  }),
);
/** A container tells its image by id, by digest or by tag only, as runtimes differ. */
const imageFields = fc.oneof(
  name.map((used) => ({ imageId: idOf(used), imageRef: 'sha256:0' })),
  name.map((used) => ({ imageRef: digestOf(used) })),
  name.map((used) => ({ imageRef: tagOf(used) })),
  name.map((used) => ({ imageRef: 'registry.example/none:1', mountedImages: [tagOf(used)] })),
);
const containers = fc
  .array(
    fc.record({
      pod: fc.constantFrom(...PODS, undefined),
      name: fc.constantFrom('main', 'side'),
      state: fc.constantFrom<InventoryContainer['state']>(
        'created',
        'running',
        'exited',
        'exited',
        'exited',
        'unknown',
      ),
      age: ageMs,
      image: imageFields,
    }),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(({ pod, image, age, ...one }, index): InventoryContainer => ({
      id: `c${index}`,
      attempt: index,
      ...one,
      ...image,
      createdAtMs: NOW - age,
      finishedAtMs: NOW - age / 2,
      ...(pod === undefined ? {} : { pod: podOf(pod), sandboxId: `s-${pod}` }),
    })),
  );
const sandboxes = fc.subarray(PODS).map((pods) =>
  pods.map((pod, index): InventorySandbox => ({
    id: `s-${pod}`,
    pod: podOf(pod),
    attempt: 0,
    state: index % 2 === 0 ? 'notReady' : 'ready',
    createdAtMs: NOW - DAY,
  })),
);
const pods = fc.subarray(PODS).chain((present) =>
  fc
    .tuple(
      ...present.map(() => fc.tuple(fc.constantFrom('Pending', 'Succeeded', 'Failed', 'Unknown'), fc.option(name))),
    )
    .map((all) =>
      all.map(([phase, used], index) => ({
        namespace: 'shop',
        name: present[index] ?? '',
        uid: `uid-${present[index]}`,
        phase,
        isTerminating: false,
        images: used === null ? [] : [tagOf(used)],
      })),
    ),
);
export const anyNodeState: fc.Arbitrary<NodeState> = fc
  .record({
    images,
    containers,
    sandboxes,
    pods,
    rows: fc.array(fc.record({ name, first: ageMs, last: fc.option(ageMs) }), { maxLength: 6 }),
    references: fc.subarray(IMAGE_NAMES, { maxLength: 2 }),
    freeBytes: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ images, containers, sandboxes, pods, rows, references, freeBytes }) =>
    aNode(
      {
        images,
        containers,
        sandboxes,
        fileSystems: [{ holds: 'image', mountpoint: '/', capacityBytes: 1e11, availableBytes: freeBytes * 1e9 }],
      },
      {
        ledger: [...new Map(rows.map((row) => [row.name, row])).values()].map(({ name, first, last }) => ({
          imageId: idOf(name),
          firstSeenAtMs: NOW - first,
          ...(last === null ? {} : { lastUsedAtMs: NOW - last }),
          timesUsed: 0,
          sizeBytes: 1,
          pinned: false,
        })),
        cluster: {
          pods,
          referencedImages: references.map((used) => ({ image: tagOf(used), by: 'Deployment shop/web' })),
        },
      },
    ),
  );

const rule: fc.Arbitrary<ImageRule> = fc
  .record({
    action: fc.constantFrom<ImageRule['action']>('protect', 'remove', 'remove'),
    match: fc.constantFrom(
      {},
      { repository: { glob: 'shop/app' } },
      { tag: { regex: 'pr-.*' } },
      { semver: '<2' },
      { tag: { glob: '1' } },
      { untagged: true as const },
      { labels: 'a=b' },
    ),
    keepLast: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    unusedForMs: fc.option(ageMs, { nil: undefined }),
  })
  .map(({ action, match, keepLast, unusedForMs }) => ({
    name: 'rule',
    match,
    ...(keepLast === undefined ? {} : { keepLast }),
    ...(action === 'protect' ? { action } : { action, ...(unusedForMs === undefined ? {} : { unusedForMs }) }),
  }));
const target: fc.Arbitrary<ImagePolicy['targets'][number]> = fc.oneof(
  fc.constantFrom(50, 85, 100).map((high) => ({ kind: 'percent' as const, highPercent: high, lowPercent: high - 20 })),
  fc.constantFrom(1e10, 9e10).map((high) => ({ kind: 'used' as const, highBytes: high, lowBytes: high / 2 })),
  fc.constantFrom(0, 2e9, 8e9).map((maxBytes) => ({ kind: 'budget' as const, maxBytes })),
);
export const anyPolicy: fc.Arbitrary<GcPolicy> = fc
  .record({
    preset: fc.constantFrom(...PRESET_NAMES),
    rules: fc.array(rule, { maxLength: 3 }),
    targets: fc.array(target, { maxLength: 2 }),
    maxAgeMs: fc.constantFrom(0, DAY),
    limits: fc.constantFrom([0, 0], [1, -1], [-1, 2], [2, 3]),
    caps: fc.record(
      { images: fc.integer({ min: 1, max: 3 }), bytes: fc.constantFrom(1e9, 5e9, 1e12) },
      { requiredKeys: [] },
    ),
  })
  .map(({ preset, rules, targets, maxAgeMs, limits: [maxPerPodContainer = 0, maxContainers = 0], caps }) => {
    const { images, containers, ...rest } = PRESETS[preset].policy;
    return {
      ...rest,
      images: { ...images, rules, targets, maxAgeMs },
      containers: { ...containers, maxPerPodContainer, maxContainers },
      caps,
    };
  });

function podOf(pod: string) {
  return { namespace: 'shop', pod, podUid: `uid-${pod}` };
}
