import type { ContainerState } from '../../src/agents/core/inventory.js';
import {
  checkContainerCollector,
  checkImageCollector,
  checkImageConfig,
  startsImageLoop,
} from '../../src/gc/core/check-kubelet-policy.js';
import { detectImages } from '../../src/gc/core/detect-images.js';
import type { LedgerRow } from '../../src/gc/core/ledger-row.js';
import { planContainerGc, type ContainerLimits } from '../../src/gc/core/plan-container-gc.js';
import { planImageGc, type KubeletImagePolicy } from '../../src/gc/core/plan-image-gc.js';
import { planLogDirGc } from '../../src/gc/core/plan-log-gc.js';
import { planSandboxGc } from '../../src/gc/core/plan-sandbox-gc.js';
import { PRESETS } from '../../src/gc/core/presets.js';
import { differing, differingCodes, sameInGroups } from './differing.js';

/** Golden cases of the kubelet's garbage collection, as their file describes itself: instants are ISO 8601, durations seconds. */

interface Case {
  readonly id: string;
  readonly name: string;
}

interface ImagePolicyCase {
  readonly highThresholdPercent: number;
  readonly lowThresholdPercent: number;
  readonly minAge: number;
  readonly maxAge: number;
}

interface ImageGcCase extends Case {
  readonly mode: 'threshold' | 'all';
  readonly now: string;
  readonly startedAt: string;
  readonly policy: ImagePolicyCase;
  readonly fs: { readonly error?: boolean; readonly capacityBytes?: number; readonly availableBytes?: number };
  readonly images: readonly {
    readonly id: string;
    readonly sizeBytes: number;
    readonly firstDetected: string | null;
    readonly lastUsed: string | null;
    readonly pinned: boolean;
    readonly inUse: boolean;
  }[];
  readonly failRemove?: readonly string[];
  readonly expect: Readonly<Record<string, unknown>> & { readonly remove: readonly string[] };
}

interface DetectedImage {
  readonly firstDetected: string;
  readonly lastUsed: string | null;
  readonly sizeBytes: number;
  readonly pinned: boolean;
}

interface ImageDetectCase extends Case {
  readonly steps: readonly (
    | { readonly restart: true }
    | {
        readonly at: string;
        readonly images: readonly { readonly id: string; readonly sizeBytes: number; readonly pinned: boolean }[];
        readonly inUse: readonly string[];
      }
  )[];
  readonly expect: Readonly<Record<string, DetectedImage>>;
  readonly recommended?: Readonly<Record<string, DetectedImage>>;
}

interface ContainerPolicyCase {
  readonly minAge: number;
  readonly maxPerPodContainer: number;
  readonly maxContainers: number;
}

interface ContainerGcCase extends Case {
  readonly now: string;
  readonly policy: ContainerPolicyCase;
  readonly allSourcesReady: boolean;
  readonly evictNonDeletedPods: boolean;
  readonly containers: readonly {
    readonly id: string;
    readonly podUid: string;
    readonly name: string;
    readonly state: ContainerState;
    readonly createdAt: string;
    readonly podDeleted: boolean;
    readonly podTerminated: boolean;
  }[];
  readonly failStop?: readonly string[];
  readonly failRemove?: readonly string[];
  readonly expect: { readonly remove: readonly string[]; readonly stopFirst?: readonly string[] };
}

interface SandboxGcCase extends Case {
  readonly evictNonDeletedPods: boolean;
  readonly sandboxes: readonly {
    readonly id: string;
    readonly podUid: string;
    readonly state: 'ready' | 'notready';
    readonly createdAt: string;
    readonly podDeleted: boolean;
    readonly podTerminated: boolean;
  }[];
  readonly containers: readonly { readonly sandboxId: string }[];
  readonly failStop?: readonly string[];
  readonly failRemove?: readonly string[];
  readonly expect: { readonly remove: readonly string[] };
}

interface LogDirGcCase extends Case {
  readonly allSourcesReady: boolean;
  readonly livePodUids: readonly string[];
  readonly dirs: readonly string[];
  readonly expect: { readonly remove: readonly string[] };
}

/** What a case of each kind comes out as: what differs from what it expects, or nothing. */
export const GC_CASES: Readonly<Record<string, (given: never) => string | undefined>> = {
  imageGc,
  imagePolicyValidation: ({ policy, expect }: { policy: ImagePolicyCase; expect: unknown }) => {
    const kubelet = imagePolicy(policy);
    return differingCodes({ collector: checkImageCollector(kubelet), config: checkImageConfig(kubelet) }, expect);
  },
  imageLoopGate: ({ policy, expect }: { policy: ImagePolicyCase; expect: object }) =>
    differing({ loopStarts: startsImageLoop(imagePolicy(policy)) }, expect),
  imageDetect,
  containerGc,
  containerPolicyValidation: ({ policy, expect }: { policy: ContainerPolicyCase; expect: unknown }) => {
    const faults = checkContainerCollector(containerLimits(policy));
    return differingCodes({ collector: faults, config: faults }, expect);
  },
  sandboxGc,
  logDirGc: ({ dirs, livePodUids, allSourcesReady, expect }: LogDirGcCase) =>
    differing(
      { remove: planLogDirGc(dirs, new Set(livePodUids), allSourcesReady).toSorted() },
      {
        remove: expect.remove.toSorted(),
      },
    ),
};

function imageGc({ mode, now, startedAt, policy, fs, images, failRemove = [], expect }: ImageGcCase) {
  const nowMs = Date.parse(now);
  const { removed, error, event, ...disk } = planImageGc({
    mode,
    nowMs,
    startedAtMs: Date.parse(startedAt),
    policy: imagePolicy(policy),
    ...(fs.error ? {} : { fs }),
    images: images.map(({ firstDetected, lastUsed, ...image }) => ({
      ...image,
      firstSeenAtMs: firstDetected === null ? nowMs : Date.parse(firstDetected),
      ...(lastUsed === null ? {} : { lastUsedAtMs: Date.parse(lastUsed) }),
    })),
    failRemove: new Set(failRemove),
    safer: PRESETS.kubelet.policy.images.safer,
  });
  const freed = (reason?: string): number =>
    removed.filter((one) => reason === undefined || one.reason === reason).reduce((sum, one) => sum + one.sizeBytes, 0);
  const { remove, ...others } = expect;
  // which of several that tie in full goes first is open: they count as one
  const tie = new Map(images.map((one) => [one.id, `${one.lastUsed} ${one.firstDetected ?? now} ${one.sizeBytes}`]));
  const tied = (ids: readonly string[]): readonly string[] => ids.map((id) => tie.get(id) ?? id);
  return (
    (new Set(removed.map(({ id }) => id)).size < removed.length ? 'removes an image twice' : undefined) ??
    differing({ remove: tied(removed.map(({ id }) => id)) }, { remove: tied(remove) }) ??
    differing(
      {
        freedBytes: freed(),
        freedByAgeBytes: freed('age'),
        freedBySpaceBytes: freed('space'),
        reasons: Object.fromEntries(removed.map(({ id, reason }) => [id, reason])),
        error: error ?? null,
        event: event ?? null,
        usagePercent: disk.usagePercent,
        amountToFree: disk.amountToFreeBytes,
      },
      others,
    )
  );
}

function imageDetect({ steps, expect, recommended }: ImageDetectCase): string | undefined {
  const run = (survivesRestart: boolean): Record<string, DetectedImage> => {
    let rows: LedgerRow[] = [];
    for (const step of steps) {
      if (!('restart' in step)) rows = detectImages(rows, step.images, new Set(step.inUse), Date.parse(step.at));
      else if (!survivesRestart) rows = [];
    }
    return Object.fromEntries(rows.map((row) => [row.imageId, detected(row)]));
  };
  const exact = differing({ images: run(false) }, { images: withSameInstants(expect) });
  return exact ?? (recommended && differing({ images: run(true) }, { images: withSameInstants(recommended) }));
}

function detected({ firstSeenAtMs, lastUsedAtMs, sizeBytes, pinned }: LedgerRow): DetectedImage {
  return {
    firstDetected: new Date(firstSeenAtMs).toISOString(),
    lastUsed: lastUsedAtMs === undefined ? null : new Date(lastUsedAtMs).toISOString(),
    sizeBytes,
    pinned,
  };
}

function withSameInstants(images: Readonly<Record<string, DetectedImage>>): Record<string, DetectedImage> {
  const iso = (instant: string): string => new Date(instant).toISOString();
  return Object.fromEntries(
    Object.entries(images).map(([id, { firstDetected, lastUsed, ...rest }]) => [
      id,
      { firstDetected: iso(firstDetected), lastUsed: lastUsed === null ? null : iso(lastUsed), ...rest },
    ]),
  );
}

function containerGc(given: ContainerGcCase): string | undefined {
  const unknown = given.containers.filter(({ state }) => state === 'unknown'); // no other is stopped
  const { removed, stopFirst } = planContainerGc({
    nowMs: Date.parse(given.now),
    policy: containerLimits(given.policy),
    allSourcesReady: given.allSourcesReady,
    evictNonDeletedPods: given.evictNonDeletedPods,
    containers: given.containers.map((one) => ({ ...one, createdAtMs: Date.parse(one.createdAt) })),
    failing: new Set([
      ...unknown.filter(({ id }) => given.failStop?.includes(id)).map(({ id }) => id),
      ...(given.failRemove ?? []),
    ]),
  });
  const unit = new Map(given.containers.map(({ id, podUid, name }) => [id, `${podUid}/${name}`]));
  return (
    sameInGroups(
      'remove',
      removed.map(({ container: { id } }) => id),
      given.expect.remove,
      (id) => unit.get(id),
    ) ??
    (given.expect.stopFirst &&
      differing({ stopFirst: stopFirst.toSorted() }, { stopFirst: given.expect.stopFirst.toSorted() }))
  );
}

function sandboxGc({ evictNonDeletedPods, sandboxes, containers, failStop, failRemove, expect }: SandboxGcCase) {
  const found = planSandboxGc({
    evictNonDeletedPods,
    sandboxes: sandboxes.map(({ state, createdAt, ...sandbox }) => ({
      ...sandbox,
      isReady: state === 'ready',
      createdAtMs: Date.parse(createdAt),
    })),
    occupied: new Set(containers.map(({ sandboxId }) => sandboxId)),
    failing: new Set([...(failStop ?? []), ...(failRemove ?? [])]),
  });
  const pods = new Map(sandboxes.map((one) => [one.id, one]));
  // a pod that loses all of its sandboxes loses them in no stated order: each is a group of its own
  const group = (id: string): string | undefined => {
    const pod = pods.get(id);
    return pod?.podDeleted || (evictNonDeletedPods && pod?.podTerminated) ? id : pod?.podUid;
  };
  return sameInGroups('remove', found, expect.remove, group);
}

function imagePolicy({ minAge, maxAge, ...marks }: ImagePolicyCase): KubeletImagePolicy {
  return { ...marks, minAgeMs: minAge * 1000, maxAgeMs: maxAge * 1000 };
}

function containerLimits({ minAge, ...counts }: ContainerPolicyCase): ContainerLimits {
  return { ...counts, minAgeMs: minAge * 1000 };
}
