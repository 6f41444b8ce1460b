import { ageText } from './age-text.js';
import type { ImageCandidate } from './image-candidate.js';

/** `was last used 3d ago`, `was first seen 12d ago and never used since` */
export function useText({ firstSeenAtMs, lastUsedAtMs }: ImageCandidate, nowMs: number): string {
  return lastUsedAtMs === undefined
    ? `was first seen ${ageText(nowMs - firstSeenAtMs)} ago and never used since`
    : `was last used ${ageText(nowMs - lastUsedAtMs)} ago`;
}
