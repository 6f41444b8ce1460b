import type { ClusterNode, NodeAddress, NodeCondition, NodeIdentity, NodeTaint } from './cluster-objects.js';
import type { Interner } from './interner.js';
import { known, labelsOf, millis, type RawObject } from './raw-object.js';
import { reduceResources, type RawResources } from './reduce-resources.js';

interface RawCondition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

interface RawNodeInfo {
  readonly kubeletVersion?: string;
  readonly containerRuntimeVersion?: string;
  readonly kernelVersion?: string;
  readonly osImage?: string;
  readonly operatingSystem?: string;
  readonly architecture?: string;
  readonly machineID?: string;
  readonly systemUUID?: string;
  readonly bootID?: string;
  readonly swap?: { readonly capacity?: number };
}

interface RawNode extends RawObject {
  readonly spec?: {
    readonly providerID?: string;
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key?: string; readonly value?: string; readonly effect?: string }[];
  };
  readonly status?: {
    readonly addresses?: readonly Partial<NodeAddress>[];
    readonly capacity?: RawResources;
    readonly allocatable?: RawResources;
    readonly conditions?: readonly RawCondition[];
    readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } };
    readonly nodeInfo?: RawNodeInfo;
  };
}

const KUBELET_PORT = 10_250;

/** A `v1.Node` as the API server sends it, to what is kept of it; undefined when it has no name. */
export function reduceNode(raw: unknown, interner: Interner): ClusterNode | undefined {
  const { metadata = {}, spec = {}, status = {} } = raw as RawNode;
  if (!metadata.name) return undefined;
  const info = status.nodeInfo ?? {};
  const conditions = (status.conditions ?? []).map((condition) => reduceCondition(condition, interner));
  return {
    name: interner.text(metadata.name),
    uid: metadata.uid ?? '',
    createdAtMs: millis(metadata.creationTimestamp) ?? 0,
    labels: labelsOf(metadata, interner),
    addresses: (status.addresses ?? []).map(({ type = '', address = '' }) => ({ type: interner.text(type), address })),
    kubeletPort: status.daemonEndpoints?.kubeletEndpoint?.Port || KUBELET_PORT,
    capacity: reduceResources(status.capacity, interner),
    allocatable: reduceResources(status.allocatable, interner),
    taints: (spec.taints ?? []).map(({ key = '', value, effect = '' }): NodeTaint => known({ key, value, effect })),
    conditions,
    isReady: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    unschedulable: spec.unschedulable ?? false,
    versions: versionsOf(info, interner),
    identity: identityOf(info, spec.providerID),
    ...known({ swapBytes: info.swap?.capacity }),
  };
}

function reduceCondition(raw: RawCondition, interner: Interner): NodeCondition {
  return known({
    type: interner.text(raw.type ?? ''),
    status: interner.text(raw.status ?? 'Unknown'),
    reason: interner.text(raw.reason),
    message: interner.text(raw.message),
    changedAtMs: millis(raw.lastTransitionTime),
  });
}

function versionsOf(info: RawNodeInfo, interner: Interner): ClusterNode['versions'] {
  return {
    kubelet: interner.text(info.kubeletVersion ?? ''),
    containerRuntime: interner.text(info.containerRuntimeVersion ?? ''),
    kernel: interner.text(info.kernelVersion ?? ''),
    osImage: interner.text(info.osImage ?? ''),
    operatingSystem: interner.text(info.operatingSystem ?? ''),
    architecture: interner.text(info.architecture ?? ''),
  };
}

/** An empty text says as little as none. */
function identityOf({ machineID, systemUUID, bootID }: RawNodeInfo, providerID: string | undefined): NodeIdentity {
  return known({
    machineId: machineID || undefined,
    systemUuid: systemUUID || undefined,
    bootId: bootID || undefined,
    providerId: providerID || undefined,
  });
}
