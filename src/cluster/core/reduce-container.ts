import type { ContainerRun, PodContainer } from './cluster-objects.js';
import type { Interner } from './interner.js';
import { known, millis } from './raw-object.js';
import { reduceResources, type RawResources } from './reduce-resources.js';

export interface RawContainer {
  readonly name?: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly resources?: { readonly requests?: RawResources; readonly limits?: RawResources };
}

export interface RawContainerStatus {
  readonly name?: string;
  readonly imageID?: string;
  readonly containerID?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string };
    readonly running?: { readonly startedAt?: string };
    readonly terminated?: RawEnd;
  };
  readonly lastState?: { readonly terminated?: RawEnd };
}

interface RawEnd {
  readonly containerID?: string;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly finishedAt?: string;
}

type ContainerState = Pick<ContainerRun, 'state' | 'reason' | 'startedAtMs'>;

/** Pairs the containers of a pod's spec with their statuses; a container without one (not started yet) is in state `unknown`. */
export function reduceContainers(
  specs: readonly RawContainer[] = [],
  statuses: readonly RawContainerStatus[] = [],
  type: 'main' | 'init',
  interner: Interner,
): PodContainer[] {
  return specs.map((spec) => {
    const status = statuses.find(({ name }) => name === spec.name);
    const requests = spec.resources?.requests;
    const limits = spec.resources?.limits;
    return {
      ...runOf(spec, status, interner),
      type: type === 'init' && spec.restartPolicy === 'Always' ? 'sidecar' : type,
      image: interner.text(spec.image ?? ''),
      ...(status?.imageID ? { imageId: interner.text(status.imageID) } : {}),
      requests: reduceResources(requests, interner),
      limits: reduceResources(limits, interner),
      isReady: status?.ready ?? false,
      ...endOf(status?.state?.terminated ?? status?.lastState?.terminated, interner),
    };
  });
}

/** The ephemeral containers of a pod; undefined when it has none. */
export function reduceEphemeral(
  specs: readonly RawContainer[] = [],
  statuses: readonly RawContainerStatus[] = [],
  interner: Interner,
): ContainerRun[] | undefined {
  if (specs.length === 0) return undefined;
  return specs.map((spec) =>
    runOf(
      spec,
      statuses.find(({ name }) => name === spec.name),
      interner,
    ),
  );
}

function runOf({ name }: RawContainer, status: RawContainerStatus | undefined, interner: Interner): ContainerRun {
  const containerId = idOf(status?.containerID);
  const endedContainerId = idOf(status?.lastState?.terminated?.containerID);
  return {
    name: interner.text(name ?? ''),
    restartCount: status?.restartCount ?? 0,
    ...stateOf(status?.state, interner),
    ...(containerId === undefined ? {} : { containerId }),
    ...(endedContainerId === undefined ? {} : { endedContainerId }),
  };
}

/** Without the runtime's scheme. */
/** A text of its own: V8 keeps the whole one for what is cut from it, and there are two ids for each container. */
function idOf(id: string | undefined): string | undefined {
  const own = id?.slice(id.lastIndexOf('/') + 1);
  return own ? Buffer.from(own).toString() : undefined;
}

function endOf(end: RawEnd | undefined, interner: Interner): Pick<PodContainer, 'lastEnd'> {
  const atMs = millis(end?.finishedAt);
  if (!end || atMs === undefined) return {};
  const { reason, exitCode } = end;
  return { lastEnd: known({ atMs, reason: reason ? interner.text(reason) : undefined, exitCode }) };
}

function stateOf(state: RawContainerStatus['state'], interner: Interner): ContainerState {
  if (state?.running) {
    const startedAtMs = millis(state.running.startedAt);
    return { state: 'running', ...(startedAtMs === undefined ? {} : { startedAtMs }) };
  }
  const other = state?.waiting ?? state?.terminated;
  if (!other) return { state: 'unknown' };
  return {
    state: state?.waiting ? 'waiting' : 'terminated',
    ...(other.reason ? { reason: interner.text(other.reason) } : {}),
  };
}
