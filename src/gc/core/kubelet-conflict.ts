/**
 * Whether a policy and a kubelet would fight over the disk: where the kubelet's high mark is at or below the policy's, the kubelet acts first, in
 * its own order, and the policy never does. Proposed are marks 15 and 25 points below the kubelet's, which leave time to act. Source: kubelet
 * `imageGCHighThresholdPercent`, whose default of 85 is where hard eviction (`imagefs.available<15%`) begins too.
 */
import type { GcPolicy } from './policy.js';

export interface KubeletMarks {
  readonly highPercent: number;
  readonly lowPercent: number;
}

/** The conflict in a sentence with what to do about it; undefined where there is none. */
export function kubeletConflict(policy: GcPolicy, kubelet: KubeletMarks): string | undefined {
  const highs = (policy.images?.targets ?? []).flatMap((target) =>
    target.kind === 'percent' ? [target.highPercent] : [],
  );
  const high = Math.min(...highs);
  if (highs.length === 0 || kubelet.highPercent >= 100 || high < kubelet.highPercent) return undefined;
  const proposed = [15, 25].map((points) => Math.max(kubelet.highPercent - points, 1));
  return `its kubelet collects images from ${kubelet.highPercent} % on, so a high mark of ${high} % is never reached; take ${proposed[0]} and ${proposed[1]} %`;
}
