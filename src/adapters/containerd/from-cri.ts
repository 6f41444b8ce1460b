/** CRI v1's messages as an inventory has them. */
import type { RuntimeEvent, RuntimeFileSystem } from '../../agent/container-runtime.port.js';
import type {
  InventoryContainer,
  InventoryImage,
  InventorySandbox,
  PodOfContainer,
} from '../../agents/core/inventory.js';
import type {
  CriContainer,
  CriContainerStatus,
  CriEvent,
  CriFileSystemUsage,
  CriImage,
  CriSandbox,
} from './cri-messages.js';

const STATES = ['created', 'running', 'exited', 'unknown'] as const;
const EVENTS = ['created', 'started', 'stopped', 'deleted'] as const;
/** What cri-dockerd lists an image without tags or digests with; asked for that image alone, it tells none. */
const NO_NAME = /^<none>[:@]<none>$/;

export function imageFromCri({ id, repoTags, repoDigests, size, pinned }: CriImage): InventoryImage {
  const named = (names: readonly string[]): string[] => names.filter((name) => !NO_NAME.test(name));
  return { id, repoTags: named(repoTags), repoDigests: named(repoDigests), sizeBytes: Number(size), pinned };
}

/** @param status what only the container's own status tells; absent while it is not known */
export function containerFromCri(container: CriContainer, status?: CriContainerStatus): InventoryContainer {
  const { id, metadata, labels, podSandboxId, image, imageRef, imageId } = container;
  const pod = podFromLabels(labels);
  const state = stateOf(container.state);
  const mounted = mountedImages(status);
  const usedImage = imageId || imageRef;
  return {
    id,
    name: metadata?.name ?? '',
    attempt: metadata?.attempt ?? 0,
    ...(pod ? { pod } : {}),
    ...(podSandboxId ? { sandboxId: podSandboxId } : {}),
    ...(usedImage ? { imageId: usedImage } : {}),
    imageRef: image?.userSpecifiedImage || image?.image || imageRef,
    ...(mounted.length > 0 ? { mountedImages: mounted } : {}),
    state,
    createdAtMs: millisecondsOf(container.createdAt),
    ...(status && state === 'exited' && status.finishedAt !== '0'
      ? { finishedAtMs: millisecondsOf(status.finishedAt), exitCode: status.exitCode }
      : {}),
    ...(status?.logPath ? { logPath: status.logPath } : {}),
  };
}

/** The runtime's word for a state; one that a later CRI adds is unknown. */
export function stateOf(state: number): InventoryContainer['state'] {
  return STATES[state] ?? 'unknown';
}

export function sandboxFromCri({ id, metadata, state, createdAt, labels }: CriSandbox): InventorySandbox {
  const pod = podFromLabels(labels);
  return {
    id,
    ...(pod ? { pod } : {}),
    attempt: metadata?.attempt ?? 0,
    state: state === 1 ? 'notReady' : 'ready',
    createdAtMs: millisecondsOf(createdAt),
  };
}

export function fileSystemFromCri(
  holds: RuntimeFileSystem['holds'],
  { fsId, usedBytes }: CriFileSystemUsage,
): RuntimeFileSystem[] {
  if (!fsId?.mountpoint) return [];
  return [{ holds, mountpoint: fsId.mountpoint, ...(usedBytes ? { usedBytes: Number(usedBytes.value) } : {}) }];
}

export function eventFromCri({ containerId, containerEventType, createdAt }: CriEvent): RuntimeEvent[] {
  const kind = EVENTS[containerEventType];
  return kind === undefined ? [] : [{ kind, containerId, atMs: millisecondsOf(createdAt) }];
}

/** What the kubelet writes on all that it makes. */
function podFromLabels(labels: Readonly<Record<string, string>>): PodOfContainer | undefined {
  const [namespace, pod, podUid] = ['namespace', 'name', 'uid'].map((key) => labels[`io.kubernetes.pod.${key}`]);
  return namespace && pod && podUid ? { namespace, pod, podUid } : undefined;
}

function mountedImages(status: CriContainerStatus | undefined): string[] {
  return (status?.mounts ?? []).map(({ image }) => image?.image ?? '').filter((image) => image !== '');
}

function millisecondsOf(nanoseconds: string): number {
  return Number(BigInt(nanoseconds) / 1_000_000n);
}
