import type { ImageCandidate } from './image-candidate.js';
import type { ImagePolicy, SaferOptions } from './policy.js';

type Ages = Pick<ImagePolicy, 'minAgeMs' | 'maxAgeMs'> & {
  readonly safer: Pick<SaferOptions, 'minAgeFromLastUse' | 'neverUsedAgesFromFirstSeen' | 'durableUse'>;
};

/** Whether the age phase runs at all: not before the collector has been up for longer than the maximum age, unless use is durable. */
export function judgesMaxAge({ maxAgeMs, safer }: Ages, nowMs: number, startedAtMs: number): boolean {
  return maxAgeMs > 0 && (safer.durableUse || nowMs - startedAtMs > maxAgeMs);
}

/** Unused for longer than the maximum age. For the kubelet an image that was never used always is. */
export function isTooOld(image: ImageCandidate, { maxAgeMs, safer }: Ages, nowMs: number): boolean {
  const neverUsed = safer.neverUsedAgesFromFirstSeen ? image.firstSeenAtMs : -Infinity;
  return nowMs - (image.lastUsedAtMs ?? neverUsed) > maxAgeMs;
}

/** Why the space phase passes an image by, if it does. */
export function whyTooYoung(
  image: ImageCandidate,
  { minAgeMs, safer }: Ages,
  nowMs: number,
): 'used just now' | 'first seen' | 'last used' | undefined {
  const { firstSeenAtMs, lastUsedAtMs } = image;
  if (lastUsedAtMs !== undefined && lastUsedAtMs >= nowMs) return 'used just now';
  if (nowMs - firstSeenAtMs < minAgeMs) return 'first seen';
  if (safer.minAgeFromLastUse && lastUsedAtMs !== undefined && nowMs - lastUsedAtMs < minAgeMs) return 'last used';
  return undefined;
}
