/**
 * Which images of a node must not go whatever a policy says, and why: pinned ones, those of sandboxes, those that a container of any state
 * or a pod of the node uses, and those that anything in the cluster names. A container holds what its id of an image means and also what
 * its reference means: after a restart it may be made of that one.
 */
import { IdTable } from '../../agents/core/id-table.js';
import { imageIndex } from '../../agents/core/image-index.js';
import type { InventoryContainer } from '../../agents/core/inventory.js';
import { isPauseImage } from './is-pause-image.js';
import type { NodePod, NodeState } from './node-state.js';
import { readReference } from './read-reference.js';

export interface Holder {
  /** The rule that holds the image, or lets it go. */
  readonly rule: string;
  /** Why, in a sentence. */
  readonly because: string;
}

export interface ImageHolders {
  /** What holds the image of that id, if anything does. */
  readonly of: (imageId: string) => Holder | undefined;
  /** How containers write images that are not in the list. */
  readonly unlisted: readonly ImageUse[];
}

/** What may hold an image; of several kinds the first in this order says why, of one kind the lowest name. */
type Claim =
  | { readonly rank: 0; readonly name: '' }
  | { readonly rank: 1; readonly name: '' }
  | { readonly rank: 2; readonly name: '' }
  | { readonly rank: 3 | 4; readonly name: string; readonly by: InventoryContainer }
  | { readonly rank: 5; readonly name: string; readonly by: NodePod }
  | { readonly rank: 6; readonly name: string };

const PINNED: Claim = { rank: 0, name: '' };
const OF_SANDBOXES: Claim = { rank: 1, name: '' };
const PAUSE: Claim = { rank: 2, name: '' };

export function imageHolders(state: NodeState): ImageHolders {
  const { images, containers, sandboxImage } = state.inventory;
  const { find } = imageIndex(images, readReference);
  const claims = new Map<string, Claim>();
  const claim = (ids: readonly string[], made: Claim): void => {
    for (const id of ids) if (isStronger(made, claims.get(id))) claims.set(id, made);
  };
  for (const image of images) if (image.pinned || isPauseImage(image)) claim([image.id], image.pinned ? PINNED : PAUSE);
  if (sandboxImage !== undefined) claim(find(sandboxImage), OF_SANDBOXES);
  const unlisted: ImageUse[] = [];
  for (const use of imageUses(containers)) {
    const byId = use.imageId === undefined ? NONE : find(use.imageId);
    const byRef = find(use.imageRef);
    claim(byId, ofContainer(use.strongest));
    claim(byRef, ofContainer(use.strongest));
    if (byId.length === 0 && byRef.length === 0) unlisted.push(use);
  }
  for (const container of containers)
    if (container.mountedImages) for (const text of container.mountedImages) claim(find(text), ofContainer(container));
  for (const pod of state.cluster.pods)
    for (const text of pod.images) claim(find(text), { rank: 5, name: pod.uid, by: pod });
  for (const { image, by } of state.cluster.referencedImages) claim(find(image), { rank: 6, name: by });
  const holderOf = (imageId: string): Holder | undefined => {
    const made = claims.get(imageId);
    return made && toHolder(made);
  };
  return { of: holderOf, unlisted };
}

function isStronger(made: Claim, other: Claim | undefined): boolean {
  return !other || made.rank < other.rank || (made.rank === other.rank && made.name < other.name);
}

const NONE: readonly string[] = [];

/** What the containers that write the same image in the same way have in common: looked up once for all of them. */
export interface ImageUse {
  readonly imageId: string | undefined;
  readonly imageRef: string;
  containers: number;
  /** Whose claim is the strongest. */
  strongest: InventoryContainer;
}

function imageUses(containers: readonly InventoryContainer[]): readonly ImageUse[] {
  const uses: ImageUse[] = [];
  const byId = new IdTable<ImageUse>();
  for (const container of containers) {
    const { imageId, imageRef } = container;
    const known = useOf(byId.get(imageId ?? ''), imageRef);
    if (known) {
      known.containers += 1;
      if (isStrongerContainer(container, known.strongest)) known.strongest = container;
      continue;
    }
    const use = { imageId, imageRef, containers: 1, strongest: container };
    uses.push(use);
    byId.add(imageId ?? '', use);
  }
  return uses;
}

function useOf(uses: readonly ImageUse[] | undefined, imageRef: string): ImageUse | undefined {
  if (uses) for (const use of uses) if (use.imageRef === imageRef) return use;
  return undefined;
}

function isStrongerContainer(one: InventoryContainer, other: InventoryContainer): boolean {
  const runs = one.state === 'running';
  return runs === (other.state === 'running') ? one.id < other.id : runs;
}

function ofContainer(by: InventoryContainer): Claim {
  return { rank: by.state === 'running' ? 3 : 4, name: by.id, by };
}

function toHolder(claim: Claim): Holder {
  if (claim.rank === 0) return { rule: 'built-in/pinned', because: 'The runtime has pinned it.' };
  if (claim.rank === 1) return { rule: SANDBOX_IMAGE, because: 'It is the image that the runtime makes sandboxes of.' };
  if (claim.rank === 2) return { rule: SANDBOX_IMAGE, because: 'It is a pause image: sandboxes are made of it.' };
  if (claim.rank === 6) return { rule: 'built-in/referenced', because: `${claim.name} names it.` };
  return claim.rank === 5 ? podHolds(claim.by) : containerHolds(claim.by);
}

const SANDBOX_IMAGE = 'built-in/sandbox-image';

function containerHolds({ name, pod, state }: InventoryContainer): Holder {
  const where = pod ? `${pod.namespace}/${pod.pod}/${name}` : `${name}, which was started by hand,`;
  return {
    rule: 'built-in/in-use',
    because: `The ${state === 'unknown' ? '' : `${state} `}container ${where} uses it.`,
  };
}

function podHolds({ namespace, name, phase }: NodePod): Holder {
  return { rule: 'built-in/pod', because: `The ${phase.toLowerCase()} pod ${namespace}/${name} uses it.` };
}
