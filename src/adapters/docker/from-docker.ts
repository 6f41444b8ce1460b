/** Docker's objects as an inventory has them. */
import type { RuntimeEvent } from '../../agent/container-runtime.port.js';
import type {
  ContainerState,
  InventoryContainer,
  InventoryImage,
  PodOfContainer,
} from '../../agents/core/inventory.js';
import type { DockerContainer, DockerContainerDetails, DockerEvent, DockerImage } from './docker-schemas.js';

/** `dead` is what a removal left that failed half-way; `removing` may go or stay. */
const STATES: Readonly<Record<string, ContainerState>> = {
  created: 'created',
  running: 'running',
  paused: 'running',
  restarting: 'running',
  exited: 'exited',
  dead: 'exited',
};
const EVENTS: Readonly<Record<string, RuntimeEvent['kind']>> = {
  create: 'created',
  start: 'started',
  die: 'stopped',
  destroy: 'deleted',
};
/** What an image without tags or digests is listed with. */
const NONE = /^<none>[:@]<none>$/;

export function imageFromDocker({
  Id,
  RepoTags,
  RepoDigests,
  Size,
  SharedSize,
  Labels,
  Created,
}: DockerImage): InventoryImage {
  const named = (names: readonly string[] | null | undefined): string[] =>
    (names ?? []).filter((name) => !NONE.test(name));
  return {
    id: Id,
    repoTags: named(RepoTags),
    repoDigests: named(RepoDigests),
    sizeBytes: Size,
    ...(typeof SharedSize === 'number' && SharedSize >= 0 ? { uniqueBytes: Math.max(0, Size - SharedSize) } : {}),
    pinned: false,
    ...(Labels && Object.keys(Labels).length > 0 ? { labels: Labels } : {}),
    ...(typeof Created === 'number' && Created > 0 ? { createdAtMs: Created * 1000 } : {}),
  };
}

/** @param details of one that does not run: how it ended */
export function containerFromDocker(
  { Id, Names, Image, ImageID, Created, State, Labels, Mounts }: DockerContainer,
  details?: DockerContainerDetails,
): InventoryContainer {
  const labels = Labels ?? {};
  const pod = podFromLabels(labels);
  const sandboxId = labels['io.kubernetes.sandbox.id'];
  const mounted = (Mounts ?? []).filter(({ Type }) => Type === 'image').map(({ Source, Name }) => Source || Name || '');
  const state = stateFromDocker(State);
  const finishedAtMs = Date.parse(details?.State.FinishedAt ?? '');
  return {
    id: Id,
    name: labels['io.kubernetes.container.name'] ?? Names?.[0]?.replace(/^\//, '') ?? '',
    attempt: Number(labels['annotation.io.kubernetes.container.restartCount']) || 0,
    ...(pod ? { pod } : {}),
    ...(sandboxId ? { sandboxId } : {}),
    imageId: ImageID,
    imageRef: Image,
    ...(mounted.length > 0 ? { mountedImages: mounted } : {}),
    state,
    createdAtMs: Created * 1000,
    ...(details && state === 'exited' && finishedAtMs > 0 ? { finishedAtMs, exitCode: details.State.ExitCode } : {}),
    ...(details?.LogPath ? { logPath: details.LogPath } : {}),
  };
}

export function stateFromDocker(state: string): ContainerState {
  return STATES[state] ?? 'unknown';
}

export function eventFromDocker({ Action, Actor, timeNano }: DockerEvent): RuntimeEvent[] {
  const kind = EVENTS[Action];
  if (kind === undefined) return [];
  const image = Actor.Attributes?.['image'];
  return [{ kind, containerId: Actor.ID, ...(image ? { imageRef: image } : {}), atMs: Math.trunc(timeNano / 1e6) }];
}

/** As the kubelet wrote it by dockershim or cri-dockerd. */
function podFromLabels(labels: Readonly<Record<string, string>>): PodOfContainer | undefined {
  const [namespace, pod, podUid] = ['namespace', 'name', 'uid'].map((key) => labels[`io.kubernetes.pod.${key}`]);
  return namespace && pod && podUid ? { namespace, pod, podUid } : undefined;
}
