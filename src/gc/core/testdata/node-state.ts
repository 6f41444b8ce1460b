import type {
  Inventory,
  InventoryContainer,
  InventoryImage,
  InventorySandbox,
} from '../../../agents/core/inventory.js';
import type { LedgerRow } from '../ledger-row.js';
import type { ClusterFacts, NodePod, NodeState } from '../node-state.js';

/** Builders of what plans for a node are made from. Everything is as of NOW. */
export const NOW = Date.UTC(2026, 2, 1, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function anImage(name: string, over: Partial<InventoryImage> = {}): InventoryImage {
  return {
    id: `sha256:${name}`,
    repoTags: [`registry.example/shop/${name}`],
    repoDigests: [],
    sizeBytes: 1_000_000_000,
    pinned: false,
    ...over,
  };
}

/** A container of the pod shop/`pod`, whose uid is `uid-` and its name; it has exited an hour ago. */
export function aContainer(id: string, pod: string, over: Partial<InventoryContainer> = {}): InventoryContainer {
  return {
    id,
    name: 'main',
    attempt: 0,
    pod: { namespace: 'shop', pod, podUid: `uid-${pod}` },
    sandboxId: `sandbox-${pod}`,
    imageId: 'sha256:other:1',
    imageRef: 'registry.example/shop/other:1',
    state: 'exited',
    createdAtMs: NOW - 2 * HOUR,
    finishedAtMs: NOW - HOUR,
    ...over,
  };
}

export function aSandbox(id: string, pod: string, over: Partial<InventorySandbox> = {}): InventorySandbox {
  return {
    id,
    pod: { namespace: 'shop', pod, podUid: `uid-${pod}` },
    attempt: 0,
    state: 'notReady',
    createdAtMs: NOW - 2 * HOUR,
    ...over,
  };
}

export function aPod(name: string, over: Partial<NodePod> = {}): NodePod {
  return {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    phase: 'Running',
    isTerminating: false,
    images: [],
    ...over,
  };
}

export function aRow(name: string, over: Partial<LedgerRow> = {}): LedgerRow {
  return {
    imageId: `sha256:${name}`,
    firstSeenAtMs: NOW - 60 * DAY,
    timesUsed: 0,
    sizeBytes: 1_000_000_000,
    pinned: false,
    ...over,
  };
}

/** A disk of 100 GB of which 10 GB are free. */
export function aNode(
  inventory: Partial<Inventory> = {},
  over: Partial<Omit<NodeState, 'inventory' | 'cluster'>> & { readonly cluster?: Partial<ClusterFacts> } = {},
): NodeState {
  const { cluster, ...rest } = over;
  return {
    inventory: {
      node: 'node-1',
      takenAtMs: NOW,
      runtime: { name: 'containerd', version: '2.1.0' },
      images: [],
      containers: [],
      sandboxes: [],
      fileSystems: [
        {
          holds: 'image',
          mountpoint: '/var/lib/containerd',
          capacityBytes: 100_000_000_000,
          availableBytes: 10_000_000_000,
        },
      ],
      logs: [],
      failed: [],
      ...inventory,
    },
    ledger: [],
    ledgerSinceMs: NOW - 90 * DAY,
    cluster: { isSynced: true, currentAtMs: NOW, pods: [], referencedImages: [], ...cluster },
    nowMs: NOW,
    ...rest,
  };
}
