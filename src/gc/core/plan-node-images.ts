/**
 * Images of one node. What is held (image-holders.ts) or protected stays. Of the rest first goes what rules remove, then what is unused for
 * longer than the maximum age, then for the disk's sake the least recently used until the targets are met; each in the order of last use.
 * Images younger than the minimum age stay, but that the kubelet's age phase does not ask (`neverUsedAgesFromFirstSeen: false`).
 */
import { ageText } from './age-text.js';
import { bytesText } from './bytes-text.js';
import { startsImageLoop } from './check-kubelet-policy.js';
import { diskShortfall, type Shortfall } from './disk-shortfall.js';
import { isTooOld, judgesMaxAge, whyTooYoung } from './image-ages.js';
import { orderOfUse } from './image-candidate.js';
import { imageHolders, type Holder, type ImageHolders } from './image-holders.js';
import type { ImageRules, RuledImages } from './compile-image-rules.js';
import { ImageTally } from './image-tally.js';
import { imageFileSystem } from './image-file-system.js';
import type { Judged } from './judged.js';
import { nodeImages, type NodeImage } from './node-image.js';
import type { NodeState } from './node-state.js';
import type { DiskTarget, ImagePolicy, RunCaps } from './policy.js';
import { useText } from './use-text.js';

export interface JudgedImages extends Judged {
  readonly holders: ImageHolders;
  /** Ids of all images that are held or protected, in the order of use. */
  readonly keepImages: readonly string[];
  readonly shortfall: Shortfall;
  /** What goes before that, by rules and age. */
  readonly freedBeforeBytes: number;
  /** What goes for the disk's sake, in the measures of the shortfall. */
  readonly freedForTargetsBytes: number;
  /** Images that only the policy's caps keep. */
  readonly heldByCaps: number;
}

/** @param ruleImages the policy's rules, made ready */
export function planNodeImages(
  state: NodeState,
  policy: ImagePolicy,
  ruleImages: ImageRules,
  caps: RunCaps,
): JudgedImages {
  const images = nodeImages(state).sort(orderOfUse(!policy.safer.neverUsedAgesFromFirstSeen));
  const holders = imageHolders(state);
  const { protectedBy, removedBy } = ruleImages(images, state.nowMs);
  const tally = new ImageTally(caps, policy.safer.uniqueBytes);
  const candidates: NodeImage[] = [];
  const keepImages: string[] = [];
  for (const one of images) {
    const holder = holders.of(one.id) ?? protectedBy(one);
    if (holder) {
      tally.keep(one, holder);
      keepImages.push(one.id);
    } else candidates.push(one);
  }
  const unruled = takeByRules(candidates, policy, removedBy, tally, state.nowMs);
  const young = takeTooOld(unruled, policy, tally, state);
  const freedBeforeBytes = tally.freedBytes;
  const shortfall = shortfallOf(state, policy, tally);
  const rest = takeForTargets(young, policy, shortfall, tally, state.nowMs);
  const unneeded = whyUnneeded(shortfall);
  for (const one of rest) tally.keep(one, whyTooYoungYet(one, policy, state.nowMs) ?? unneeded);
  return {
    remove: tally.remove,
    kept: tally.kept,
    holders,
    keepImages,
    shortfall,
    freedBeforeBytes,
    freedForTargetsBytes: tally.freedBytes - freedBeforeBytes,
    heldByCaps: tally.heldByCaps,
  };
}

/** As all that follow, decides some candidates and gives back the others. */
function takeByRules(
  candidates: readonly NodeImage[],
  policy: ImagePolicy,
  removedBy: RuledImages['removedBy'],
  tally: ImageTally,
  nowMs: number,
): readonly NodeImage[] {
  return candidates.filter((one) => {
    const found = whyTooYoung(one, policy, nowMs) ? undefined : removedBy(one);
    if (found) tally.take(one, found);
    return !found;
  });
}

function takeTooOld(
  candidates: readonly NodeImage[],
  policy: ImagePolicy,
  tally: ImageTally,
  state: NodeState,
): readonly NodeImage[] {
  const { nowMs, ledgerSinceMs = nowMs } = state;
  if (!judgesMaxAge(policy, nowMs, ledgerSinceMs)) return candidates;
  return candidates.filter((one) => {
    if (!isTooOld(one, policy, nowMs)) return true;
    const because = `It ${useText(one, nowMs)}, and the maximum age is ${ageText(policy.maxAgeMs)}.`;
    tally.take(one, { rule: 'built-in/maximum-age', because });
    return false;
  });
}

/** A high mark of 100 % is off where there is no maximum age, as the kubelet's loop is, though a nearly full disk reads 100 %. */
function shortfallOf({ inventory }: NodeState, { targets, maxAgeMs }: ImagePolicy, tally: ImageTally): Shortfall {
  const isOn = (target: DiskTarget): boolean =>
    target.kind !== 'percent' || startsImageLoop({ highThresholdPercent: target.highPercent, maxAgeMs });
  const imagesBytes = inventory.images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return diskShortfall(
    targets.filter(isOn),
    imageFileSystem(inventory),
    tally.freedBytes,
    imagesBytes - tally.freedSizeBytes,
  );
}

/** As the kubelet's space phase: the target is looked at after each removal. */
function takeForTargets(
  candidates: readonly NodeImage[],
  policy: ImagePolicy,
  { diskBytes, imageBytes, because }: Shortfall,
  tally: ImageTally,
  nowMs: number,
): readonly NodeImage[] {
  if (diskBytes === undefined && imageBytes === undefined) return candidates;
  const [freedBefore, sizeBefore] = [tally.freedBytes, tally.freedSizeBytes];
  const isEnough = (): boolean =>
    tally.freedBytes - freedBefore >= (diskBytes ?? -Infinity) &&
    tally.freedSizeBytes - sizeBefore >= (imageBytes ?? -Infinity);
  let isMet = false;
  return candidates.filter((one) => {
    if (isMet || whyTooYoung(one, policy, nowMs)) return true;
    const why = `${because[0]?.toUpperCase()}${because.slice(1)}; of what may go it is the least recently used: it ${useText(one, nowMs)}.`;
    isMet = tally.take(one, { rule: 'built-in/disk-target', because: why }) && isEnough();
    return false;
  });
}

function whyTooYoungYet(one: NodeImage, policy: ImagePolicy, nowMs: number): Holder | undefined {
  const young = whyTooYoung(one, policy, nowMs);
  if (!young) return undefined;
  const [since, ms] =
    young === 'first seen' ? ['first seen', one.firstSeenAtMs] : ['last used', one.lastUsedAtMs ?? nowMs];
  const because = `It was ${since} ${ageText(nowMs - ms)} ago, and the minimum age is ${ageText(policy.minAgeMs)}.`;
  return { rule: 'built-in/minimum-age', because };
}

/** Why the rest stays. */
function whyUnneeded({ diskBytes, imageBytes, because }: Shortfall): Holder {
  const isMet = diskBytes !== undefined || imageBytes !== undefined;
  const asked = bytesText(Math.max(0, diskBytes ?? 0, imageBytes ?? 0));
  return {
    rule: 'built-in/disk-target',
    because: isMet
      ? `No rule removes it, and what was used before it frees the ${asked} that the targets ask for.`
      : `No rule removes it, and ${because}.`,
  };
}
