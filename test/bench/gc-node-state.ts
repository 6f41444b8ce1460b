import type { InventoryContainer, InventoryImage } from '../../src/agents/core/inventory.js';
import type { GcPolicy } from '../../src/gc/core/policy.js';
import { PRESETS } from '../../src/gc/core/presets.js';
import type { NodeState } from '../../src/gc/core/node-state.js';

const DAY_MS = 86_400_000;
const PODS = 1000;
const NAMES = ['main', 'proxy', 'log'];

/**
 * A node of a thousand pods, of which a tenth are gone. Each has three containers, which run unless the pod is gone, and of them dead
 * instances from before: all that exceed three thousand. A fifth of the images is in use.
 */
export function benchNodeState(node: string, imageCount: number, containerCount: number, nowMs: number): NodeState {
  const images = Array.from({ length: imageCount }, (_, index) => image(index));
  const containers = Array.from({ length: containerCount }, (_, index) => container(index, images, nowMs));
  return {
    nowMs,
    ledgerSinceMs: nowMs - 90 * DAY_MS,
    ledger: images.map(({ id, sizeBytes }, index) => ({
      imageId: id,
      firstSeenAtMs: nowMs - (1 + (index % 60)) * DAY_MS,
      ...(index % 3 === 0 ? {} : { lastUsedAtMs: nowMs - ((index * 7919) % 40) * DAY_MS - 3_600_000 }),
      timesUsed: index % 3,
      sizeBytes,
      pinned: false,
    })),
    cluster: {
      isSynced: true,
      currentAtMs: nowMs,
      pods: Array.from({ length: PODS - PODS / 10 }, (_, index) => ({
        namespace: `team-${index % 20}`,
        name: `pod-${index}`,
        uid: `uid-${index}`,
        phase: 'Running',
        isTerminating: false,
        images: [tag(index % (imageCount / 5))],
      })),
      referencedImages: Array.from({ length: 500 }, (_, index) => ({
        image: tag(index * 3),
        by: `Deployment team/app-${index}`,
      })),
    },
    inventory: {
      node,
      takenAtMs: nowMs,
      runtime: { name: 'containerd', version: '2.1.0' },
      images,
      containers,
      sandboxes: Array.from({ length: PODS }, (_, index) => ({
        id: `sandbox-${index}`,
        pod: podOf(index),
        attempt: 0,
        state: index < PODS - PODS / 10 ? 'ready' : 'notReady',
        createdAtMs: nowMs - DAY_MS,
      })),
      fileSystems: [
        {
          holds: 'image',
          mountpoint: '/var/lib/containerd',
          capacityBytes: 2e12,
          availableBytes: 2e11,
          usedBytes: 1e12,
        },
      ],
      logs: [],
      failed: [],
    },
  };
}

/** The proposed preset with rules of every kind. */
export const BENCH_POLICY: GcPolicy = {
  ...PRESETS.safer.policy,
  images: {
    ...PRESETS.safer.policy.images,
    rules: [
      { action: 'protect', name: 'base', match: { repository: { glob: 'team-1/**' } } },
      { action: 'protect', name: 'newest', match: { registry: { glob: 'registry.example' } }, keepLast: 2 },
      { action: 'remove', name: 'pull-requests', match: { tag: { regex: 'pr-[0-9]+' } }, unusedForMs: DAY_MS },
      { action: 'remove', name: 'old-versions', match: { semver: '<1.5.0' }, unusedForMs: 7 * DAY_MS },
    ],
    maxAgeMs: 30 * DAY_MS,
  },
};

function image(index: number): InventoryImage {
  return {
    id: id(index),
    repoTags: [tag(index)],
    repoDigests: [`registry.example/team-${index % 20}/app-${index % 100}@${id(index + 1_000_000)}`],
    sizeBytes: 50_000_000 + ((index * 104_729) % 900_000_000),
    pinned: index % 500 === 0,
  };
}

function container(index: number, images: readonly InventoryImage[], nowMs: number): InventoryContainer {
  const pod = index % PODS;
  const isGone = pod >= PODS - PODS / 10;
  const isRunning = !isGone && index < PODS * NAMES.length;
  const used = images[(index * 31) % (images.length / 5)];
  return {
    id: `container-${index}`,
    name: NAMES[Math.floor(index / PODS) % NAMES.length] ?? '',
    attempt: isRunning ? 1 : 0,
    pod: podOf(pod),
    sandboxId: `sandbox-${pod}`,
    imageId: used?.id ?? '',
    imageRef: used?.repoTags[0] ?? '',
    state: isRunning ? 'running' : 'exited',
    createdAtMs: nowMs - (1 + index) * 60_000,
    ...(isRunning ? {} : { finishedAtMs: nowMs - (1 + index) * 30_000 }),
  };
}

function podOf(index: number): NonNullable<InventoryContainer['pod']> {
  return { namespace: `team-${index % 20}`, pod: `pod-${index}`, podUid: `uid-${index}` };
}

function tag(index: number): string {
  const version = index % 4 === 0 ? `pr-${index}` : `v1.${index % 10}.${index}`;
  return `registry.example/team-${index % 20}/app-${index % 100}:${version}`;
}

function id(index: number): string {
  return `sha256:${index.toString(16).padStart(64, '0')}`;
}
