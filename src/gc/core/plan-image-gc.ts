/**
 * One cycle of the kubelet's collection of images, with the removals that fail given beforehand: pkg/kubelet/images/image_gc_manager.go of
 * Kubernetes 1.29 to 1.35, `GarbageCollect` and `DeleteUnusedImages`. Without safer options it is the kubelet to the letter, weaknesses
 * included; it knows nothing of rules, references and pause images, which plans for nodes add.
 */
import { bytesAboveLow, usagePercent, type DiskReading } from './disk-marks.js';
import { isTooOld, judgesMaxAge, whyTooYoung } from './image-ages.js';
import { orderOfUse, type ImageCandidate } from './image-candidate.js';
import type { SaferOptions } from './policy.js';

export interface KubeletImagePolicy {
  readonly highThresholdPercent: number;
  readonly lowThresholdPercent: number;
  readonly minAgeMs: number;
  /** 0: no age phase. */
  readonly maxAgeMs: number;
}

export interface GcImage extends ImageCandidate {
  /** A container of any state or an image volume refers to it. */
  readonly inUse: boolean;
  readonly pinned: boolean;
}

export interface ImageGcInput {
  /** `threshold`: the periodic collection. `all`: under disk pressure, whatever the marks and the maximum age say. */
  readonly mode: 'threshold' | 'all';
  readonly nowMs: number;
  /** When the collector began. */
  readonly startedAtMs: number;
  readonly policy: KubeletImagePolicy;
  /** As read after the age phase; absent when it could not be read. What is missing in it is 0. */
  readonly fs?: Partial<DiskReading>;
  readonly images: readonly GcImage[];
  /** Ids whose removal fails. */
  readonly failRemove: ReadonlySet<string>;
  readonly safer: SaferOptions;
}

export interface ImageGcOutcome {
  /** What went, in order. */
  readonly removed: readonly { readonly id: string; readonly sizeBytes: number; readonly reason: 'age' | 'space' }[];
  readonly error?: 'STATS_UNAVAILABLE' | 'INVALID_CAPACITY' | 'INSUFFICIENT_FREED' | 'REMOVE_FAILED';
  /** The reason of the Warning event on the node. */
  readonly event?: 'InvalidDiskCapacity' | 'FreeDiskSpaceFailed';
  /** Absent when the disk was not read. */
  readonly usagePercent?: number;
  /** Absent when the space phase was not asked for. May be negative. */
  readonly amountToFreeBytes?: number;
}

type Removed = ImageGcOutcome['removed'];
interface Phase {
  readonly removed: Removed;
  readonly hasFailed: boolean;
}

export function planImageGc(input: ImageGcInput): ImageGcOutcome {
  const order = orderOfUse(!input.safer.neverUsedAgesFromFirstSeen);
  const candidates = input.images.filter(({ inUse, pinned }) => !inUse && !pinned).sort(order);
  if (input.mode === 'all') {
    const { removed, hasFailed } = spacePhase(input, candidates, Infinity);
    return { removed, ...(hasFailed ? { error: 'REMOVE_FAILED' } : {}) };
  }
  const age = agePhase(input, candidates);
  if (age.hasFailed && !input.safer.spaceAfterAgeFailure) return { removed: age.removed, error: 'REMOVE_FAILED' };
  const tooOld = new Set(age.tried);
  const outcome = thresholdPhase(
    input,
    candidates.filter((image) => !tooOld.has(image)),
  );
  const error = age.hasFailed ? 'REMOVE_FAILED' : outcome.error;
  return { ...outcome, removed: [...age.removed, ...outcome.removed], ...(error ? { error } : {}) };
}

function agePhase(input: ImageGcInput, candidates: readonly GcImage[]): Phase & { readonly tried: readonly GcImage[] } {
  const { policy, safer, nowMs, startedAtMs, failRemove } = input;
  const ages = { ...policy, safer };
  const tried = judgesMaxAge(ages, nowMs, startedAtMs)
    ? candidates.filter((image) => isTooOld(image, ages, nowMs))
    : [];
  const gone = tried.filter(({ id }) => !failRemove.has(id));
  return {
    tried,
    removed: gone.map(({ id, sizeBytes }) => ({ id, sizeBytes, reason: 'age' })),
    hasFailed: gone.length < tried.length,
  };
}

function thresholdPhase(input: ImageGcInput, candidates: readonly GcImage[]): ImageGcOutcome {
  if (!input.fs) return { removed: [], error: 'STATS_UNAVAILABLE' };
  const capacityBytes = input.fs.capacityBytes ?? 0;
  const availableBytes = input.fs.availableBytes ?? 0;
  if (capacityBytes === 0) return { removed: [], error: 'INVALID_CAPACITY', event: 'InvalidDiskCapacity' };
  const disk = { capacityBytes, availableBytes: Math.min(availableBytes, capacityBytes) };
  const usage = usagePercent(disk);
  if (usage < input.policy.highThresholdPercent) return { removed: [], usagePercent: usage };
  const amountToFreeBytes = bytesAboveLow(disk, input.policy.lowThresholdPercent);
  const { removed, hasFailed } = spacePhase(input, candidates, amountToFreeBytes);
  const found = { removed, usagePercent: usage, amountToFreeBytes };
  if (hasFailed) return { ...found, error: 'REMOVE_FAILED' };
  if (sum(removed) < amountToFreeBytes) return { ...found, error: 'INSUFFICIENT_FREED', event: 'FreeDiskSpaceFailed' };
  return found;
}

/** The target is looked at after each removal, so that one eligible image goes whatever the target is. */
function spacePhase(input: ImageGcInput, candidates: readonly GcImage[], amountToFreeBytes: number): Phase {
  const ages = { ...input.policy, safer: input.safer };
  const removed: Removed[number][] = [];
  let freedBytes = 0;
  let hasFailed = false;
  for (const image of candidates) {
    if (whyTooYoung(image, ages, input.nowMs)) continue;
    if (input.failRemove.has(image.id)) {
      hasFailed = true;
      continue;
    }
    removed.push({ id: image.id, sizeBytes: image.sizeBytes, reason: 'space' });
    freedBytes += image.sizeBytes;
    if (freedBytes >= amountToFreeBytes) break;
  }
  return { removed, hasFailed };
}

function sum(removed: Removed): number {
  return removed.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}
