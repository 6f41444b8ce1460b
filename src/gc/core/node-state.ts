import type { Inventory } from '../../agents/core/inventory.js';
import type { LedgerRow } from './ledger-row.js';

/** A pod that the API server has bound to the node, of any phase. */
export interface NodePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of a mirror pod: the uid under which the kubelet and the runtime know it. */
  readonly staticUid?: string;
  /** `Pending Running Succeeded Failed Unknown` */
  readonly phase: string;
  readonly isTerminating: boolean;
  /** References of all its containers (init containers too) and image volumes, as its manifest writes them. */
  readonly images: readonly string[];
}

/** An image that something in the cluster names: a pod elsewhere, a workload's template (scaled to nothing too), a CronJob's. */
export interface ReferencedImage {
  /** The reference as it is written. */
  readonly image: string;
  /** Who names it: `Deployment shop/web`. */
  readonly by: string;
}

/** What the API server says. */
export interface ClusterFacts {
  /** Every watch that these facts come from has been listed in full. */
  readonly isSynced: boolean;
  /** The instant of the server's clock that the oldest of those watches is known to be current for. */
  readonly currentAtMs: number;
  /** Pods of this node. */
  readonly pods: readonly NodePod[];
  /** Of the whole cluster. */
  readonly referencedImages: readonly ReferencedImage[];
}

/** All that a plan for one node is made from. The same state gives the same plan, in whatever order its lists come. */
export interface NodeState {
  readonly inventory: Inventory;
  /** The node's rows. An image without one counts as first seen now. */
  readonly ledger: readonly LedgerRow[];
  /** Since when the node's ledger is kept; absent: from now on. */
  readonly ledgerSinceMs?: number;
  readonly cluster: ClusterFacts;
  /** The server's clock. */
  readonly nowMs: number;
}
