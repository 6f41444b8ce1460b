/**
 * Which images of a node must not go whatever a policy says, and why: pinned ones, those of sandboxes, those that a container of any state
 * or a pod of the node uses, and those that anything in the cluster names. A container holds what its id of an image means and also what
 * its reference means: after a restart it may be made of that one.
 */
import { imageIndex } from '../../agents/core/image-index.js';
import type { InventoryContainer } from '../../agents/core/inventory.js';
import type { ImageReference } from '../../core/image-reference.js';
import { isPauseImage } from './is-pause-image.js';
import type { NodePod, NodeState } from './node-state.js';

export interface Holder {
  /** The rule that holds the image, or lets it go. */
  readonly rule: string;
  /** Why, in a sentence. */
  readonly because: string;
}

export interface ImageHolders {
  readonly byImage: ReadonlyMap<string, Holder>;
  /** Containers whose image is not in the list, by id. */
  readonly unlisted: readonly string[];
}

/** What may hold an image; of several the lowest rank says why, of one rank the lowest name. */
interface Claim {
  readonly rank: number;
  readonly name: string;
  readonly holder: () => Holder;
}

/** A container that runs says better why than one that has exited. */
const RANK = { pinned: 0, sandboxImage: 1, running: 2, dead: 3, pod: 4, referenced: 5 };

export function imageHolders(state: NodeState, parse: (text: string) => ImageReference | undefined): ImageHolders {
  const { images, containers, sandboxImage } = state.inventory;
  const { find } = imageIndex(images, parse);
  const claims = new Map<string, Claim>();
  const claim = (id: string, rank: number, name: string, holder: Claim['holder']): void => {
    const other = claims.get(id);
    if (!other || rank < other.rank || (rank === other.rank && name < other.name))
      claims.set(id, { rank, name, holder });
  };
  for (const image of images) {
    if (image.pinned) claim(image.id, RANK.pinned, '', pinned);
    else if (isPauseImage(image)) claim(image.id, RANK.sandboxImage, 'pause', pause);
  }
  if (sandboxImage !== undefined) for (const id of find(sandboxImage)) claim(id, RANK.sandboxImage, '', ofSandboxes);
  const unlisted: string[] = [];
  for (const container of containers) {
    const held = heldBy(container, find);
    const rank = container.state === 'running' ? RANK.running : RANK.dead;
    for (const id of held) claim(id, rank, container.id, () => inUse(container));
    if (held.length === 0) unlisted.push(container.id);
  }
  for (const pod of state.cluster.pods)
    for (const text of pod.images) for (const id of find(text)) claim(id, RANK.pod, pod.uid, () => ofPod(pod));
  for (const { image, by } of state.cluster.referencedImages)
    for (const id of find(image)) claim(id, RANK.referenced, by, () => referenced(by));
  return { byImage: new Map([...claims].map(([id, { holder }]) => [id, holder()])), unlisted };
}

function heldBy(
  { imageId, imageRef, mountedImages = [] }: InventoryContainer,
  find: (text: string) => readonly string[],
): readonly string[] {
  const byRef = find(imageRef);
  if (imageId === undefined && mountedImages.length === 0) return byRef;
  return [...(imageId === undefined ? [] : find(imageId)), ...byRef, ...mountedImages.flatMap(find)];
}

const pinned = (): Holder => ({ rule: 'built-in/pinned', because: 'The runtime has pinned it.' });
const pause = (): Holder => ({
  rule: 'built-in/sandbox-image',
  because: 'It is a pause image: sandboxes are made of it.',
});
const ofSandboxes = (): Holder => ({
  rule: 'built-in/sandbox-image',
  because: 'It is the image that the runtime makes sandboxes of.',
});
const referenced = (by: string): Holder => ({ rule: 'built-in/referenced', because: `${by} names it.` });

function inUse({ name, pod, state }: InventoryContainer): Holder {
  const where = pod ? `${pod.namespace}/${pod.pod}/${name}` : `${name}, which was started by hand,`;
  return {
    rule: 'built-in/in-use',
    because: `The ${state === 'unknown' ? '' : `${state} `}container ${where} uses it.`,
  };
}

function ofPod({ namespace, name, phase }: NodePod): Holder {
  return { rule: 'built-in/pod', because: `The ${phase.toLowerCase()} pod ${namespace}/${name} uses it.` };
}
