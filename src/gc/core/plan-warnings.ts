import { ageText } from './age-text.js';
import { bytesText } from './bytes-text.js';
import { imageFileSystem } from './image-file-system.js';
import type { ImageHolders } from './image-holders.js';
import type { NodeState } from './node-state.js';
import type { JudgedImages } from './plan-node-images.js';
import type { GcPolicy, ImagePolicy } from './policy.js';

const CLOCK_TOLERANCE_MS = 120_000;

/** What a person should know who reads the plan of one node, in sentences. */
export function planWarnings(state: NodeState, policy: GcPolicy, judged: JudgedImages | undefined): string[] {
  return [clockWarning(state), ...(policy.images && judged ? imageWarnings(state, policy.images, judged) : [])].filter(
    (warning) => warning !== undefined,
  );
}

function clockWarning({ inventory, nowMs }: NodeState): string | undefined {
  const aheadMs = inventory.takenAtMs - nowMs;
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return undefined;
  const where = aheadMs > 0 ? 'ahead of' : 'behind';
  return `The inventory is old or the node's clock is wrong: it is ${ageText(Math.abs(aheadMs))} ${where} ours. Ages of containers are by the node's clock, those of images by ours.`;
}

function imageWarnings(state: NodeState, policy: ImagePolicy, judged: JudgedImages): (string | undefined)[] {
  return [
    labelWarning(state, policy),
    ledgerWarning(state, policy),
    diskWarning(state, policy),
    unlistedWarning(judged.holders),
    shortWarning(state, judged),
  ];
}

function unlistedWarning({ unlisted }: ImageHolders): string | undefined {
  const containers = unlisted.reduce((sum, use) => sum + use.containers, 0);
  const [first] = unlisted.map(({ strongest }) => strongest.id).sort();
  return first === undefined
    ? undefined
    : `${containers} containers have an image that the runtime does not list, such as ${first}.`;
}

function labelWarning({ inventory }: NodeState, { rules }: ImagePolicy): string | undefined {
  const names = rules.filter(({ match }) => match.labels !== undefined).map(({ name }) => name);
  if (names.length === 0 || inventory.images.every(({ labels }) => labels !== undefined)) return undefined;
  return `${inventory.runtime.name} does not tell the labels of images: where ${names.join(', ')} asks for them, it protects all and removes nothing.`;
}

function ledgerWarning({ ledgerSinceMs, nowMs }: NodeState, { rules, maxAgeMs }: ImagePolicy): string | undefined {
  const spans = rules.flatMap((rule) =>
    rule.action === 'remove' ? [rule.unusedForMs ?? 0, rule.olderThanMs ?? 0] : [],
  );
  const knownMs = nowMs - (ledgerSinceMs ?? nowMs);
  if (Math.max(maxAgeMs, ...spans) <= knownMs) return undefined;
  return `The node's images are known for ${ageText(knownMs)}, less than the ages that the policy asks for: what was used before is not known and counts as first seen then.`;
}

function diskWarning({ inventory }: NodeState, { targets }: ImagePolicy): string | undefined {
  const asksForDisk = targets.some(({ kind }) => kind !== 'budget');
  if (!asksForDisk || imageFileSystem(inventory)) return undefined;
  return 'The file system that holds images could not be read: marks on it ask for nothing.';
}

/** A disk that is full of other things, and a run that may not take more, look the same from outside, so they are told apart. */
function shortWarning(
  { inventory }: NodeState,
  { shortfall: { diskBytes = 0 }, freedBeforeBytes, freedForTargetsBytes, heldByCaps }: JudgedImages,
): string | undefined {
  if (freedForTargetsBytes >= diskBytes) return undefined;
  const asked = `${bytesText(diskBytes)} that the targets ask for`;
  const freed =
    freedBeforeBytes > 0
      ? `Rules and the maximum age free ${bytesText(freedBeforeBytes)} in this run; of the ${asked} beyond that`
      : `Of the ${asked}`;
  if (heldByCaps > 0)
    return `${freed} this run frees ${bytesText(freedForTargetsBytes)}: its caps hold ${heldByCaps} of the images back that may go.`;
  const imagesBytes = inventory.images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const disk = imageFileSystem(inventory);
  const usedBytes = disk ? disk.capacityBytes - disk.availableBytes : 0;
  return `${freed} only ${bytesText(freedForTargetsBytes)} can go. All images together report ${bytesText(imagesBytes)} of the ${bytesText(usedBytes)} that are used.`;
}
