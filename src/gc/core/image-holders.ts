/**
 * Which images of a node must not go whatever a policy says, and why: pinned ones, those of sandboxes, those that a container of any state
 * or a pod of the node uses, and those that anything in the cluster names. In doubt an image is held: by every way in which a text may mean
 * it, whether or not a surer one means another image.
 */
import { imageIndex, type ImageIndex } from '../../agents/core/image-index.js';
import type { InventoryContainer, InventoryImage } from '../../agents/core/inventory.js';
import { isPauseImage } from './is-pause-image.js';
import type { NodePod, NodeState } from './node-state.js';

export interface Holder {
  /** Which built-in rule holds the image. */
  readonly rule: string;
  /** Why, in a sentence. */
  readonly because: string;
}

export interface ImageHolders {
  readonly byImage: ReadonlyMap<string, Holder>;
  /** Containers whose image is not in the list, by id. */
  readonly unlisted: readonly string[];
}

export function imageHolders({ inventory, cluster }: NodeState): ImageHolders {
  const { images, containers, sandboxImage } = inventory;
  const index = imageIndex(images);
  const byImage = new Map<string, Holder>();
  const hold = (id: string, rule: string, because: () => string): void => {
    if (!byImage.has(id)) byImage.set(id, { rule: `built-in/${rule}`, because: because() });
  };
  const holdText = (text: string, rule: string, because: () => string): void => {
    for (const id of index.find(text)) hold(id, rule, because);
  };
  for (const image of images) holdBuiltIn(image, hold);
  if (sandboxImage !== undefined)
    holdText(sandboxImage, 'sandbox-image', () => 'It is the image that the runtime makes sandboxes of.');
  const unlisted: string[] = [];
  for (const container of inOrder(containers)) {
    const texts = textsOf(container);
    if (!texts.some((text) => index.find(text).length > 0)) unlisted.push(container.id);
    for (const text of texts) holdText(text, 'in-use', () => `${describeContainer(container)} uses it.`);
  }
  holdPods(cluster.pods, holdText);
  for (const { image, by } of firstByImage(cluster.referencedImages, index))
    holdText(image, 'referenced', () => `${by} names it.`);
  return { byImage, unlisted };
}

type Hold = (idOrText: string, rule: string, because: () => string) => void;

function holdBuiltIn(image: InventoryImage, hold: Hold): void {
  if (image.pinned) hold(image.id, 'pinned', () => 'The runtime has pinned it.');
  else if (isPauseImage(image)) hold(image.id, 'sandbox-image', () => 'It is a pause image: sandboxes are made of it.');
}

function holdPods(pods: readonly NodePod[], holdText: Hold): void {
  const named = pods.toSorted((a, b) => compare(`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`));
  for (const { namespace, name, phase, images } of named)
    for (const image of images)
      holdText(image, 'pod', () => `The ${phase.toLowerCase()} pod ${namespace}/${name} uses it.`);
}

/** Running ones first: they say best why; then by name. */
function inOrder(containers: readonly InventoryContainer[]): readonly InventoryContainer[] {
  const rank = ({ state }: InventoryContainer): number => Number(state !== 'running');
  return containers.toSorted((a, b) => rank(a) - rank(b) || compare(a.id, b.id));
}

/** Of many that name one image the first by name. */
function firstByImage(references: NodeState['cluster']['referencedImages'], index: ImageIndex) {
  const known = references.filter(({ image }) => index.find(image).length > 0);
  return known.sort((a, b) => compare(a.by, b.by));
}

function textsOf({ imageId, imageRef, mountedImages = [] }: InventoryContainer): readonly string[] {
  return [...(imageId === undefined ? [] : [imageId]), imageRef, ...mountedImages];
}

function describeContainer({ name, pod, state }: InventoryContainer): string {
  const where = pod ? `${pod.namespace}/${pod.pod}/${name}` : `${name}, which was started by hand,`;
  return `The ${state === 'unknown' ? '' : `${state} `}container ${where}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
