/**
 * Right before one item of a removal is carried out: whether it is still as the plan saw it. The runtime protects nothing by itself: it
 * removes images that stopped containers need, containers that run and sandboxes that hold them (CRI v1, RemoveImage, RemoveContainer,
 * RemovePodSandbox). Whatever is in doubt stays.
 */
import { imageIndex } from './image-index.js';
import type { InventoryContainer, PodOfContainer } from './inventory.js';
import { recheckLog } from './recheck-log.js';
import type { Recheck, RuntimeNow } from './recheck.js';
import type { RemovalItem, RemovalTarget } from './task.js';

/** A container that was made so recently may be about to start. */
export const CREATED_IS_STARTING_MS = 10 * 60_000;

const GO: Recheck = { go: true };

/** @param keepImages of the order: ids, digests or tags of images that must stay whatever the items say */
export function recheckRemoval({ target }: RemovalItem, now: RuntimeNow, keepImages: readonly string[]): Recheck {
  if (target.kind === 'image') return recheckImage(target, now, keepImages);
  if (target.kind === 'container') return recheckContainer(target.id, now);
  return target.kind === 'sandbox' ? recheckSandbox(target.id, now) : recheckLog(target.path, now);
}

function recheckImage(
  target: Extract<RemovalTarget, { kind: 'image' }>,
  now: RuntimeNow,
  keepImages: readonly string[],
): Recheck {
  const image = now.images.find(({ id }) => id === target.id);
  if (!image) return absent('the image is no longer there');
  if (image.pinned) return kept('the runtime has pinned it since the plan');
  const index = imageIndex(now.images);
  const means = (text: string): boolean => index.find(text).includes(image.id);
  if (now.sandboxImage !== undefined && means(now.sandboxImage)) return kept("it is the runtime's image of sandboxes");
  if (keepImages.some(means)) return kept('the order names it among the images that must stay');
  const user = now.containers.find(({ imageId, imageRef, mountedImages = [] }) =>
    [imageId ?? '', imageRef, ...mountedImages].some(means),
  );
  if (user) return kept(`in use by ${containerName(user)} since the plan`);
  const [planned, found] = [target.repoTags, image.repoTags].map((tags) => tags.toSorted().join(', '));
  if (planned !== found)
    return kept(`changed since the plan: its tags were ${planned || 'none'} and are ${found || 'none'}`);
  return GO;
}

function recheckContainer(id: string, now: RuntimeNow): Recheck {
  const container = now.containers.find((one) => one.id === id);
  if (!container) return absent('the container is no longer there');
  const { state, createdAtMs, pod } = container;
  if (state === 'running') return kept('it has started since the plan and runs');
  if (state === 'unknown') return kept('the runtime does not know its state, and removing it might kill it');
  if (state === 'created' && now.takenAtMs - createdAtMs < CREATED_IS_STARTING_MS)
    return kept('it was made less than 10 minutes ago and may be about to start');
  if (pod && isLive(pod, now) && isNewest(container, pod, now))
    return kept('it is now the newest instance of its container in a pod that is alive');
  return GO;
}

function recheckSandbox(id: string, now: RuntimeNow): Recheck {
  const sandbox = now.sandboxes.find((one) => one.id === id);
  if (!sandbox) return absent('the sandbox is no longer there');
  if (sandbox.state === 'ready') return kept('it is ready');
  const holds = now.containers.find(({ sandboxId }) => sandboxId === id);
  return holds ? kept(`it still holds ${containerName(holds)}`) : GO;
}

/** The kubelet keeps a sandbox ready for as long as the pod is to run. */
function isLive({ podUid }: PodOfContainer, now: RuntimeNow): boolean {
  return (
    now.sandboxes.some(({ pod, state }) => pod?.podUid === podUid && state === 'ready') ||
    now.containers.some(({ pod, state }) => pod?.podUid === podUid && state === 'running')
  );
}

function isNewest(container: InventoryContainer, { podUid }: PodOfContainer, now: RuntimeNow): boolean {
  return !now.containers.some(
    ({ id, name, pod, createdAtMs }) =>
      id !== container.id && pod?.podUid === podUid && name === container.name && createdAtMs > container.createdAtMs,
  );
}

function containerName({ name, pod }: InventoryContainer): string {
  return pod ? `${pod.namespace}/${pod.pod}/${name}` : `the container ${name}`;
}

function kept(because: string): Recheck {
  return { go: false, as: 'kept', because };
}

function absent(because: string): Recheck {
  return { go: false, as: 'absent', because };
}
