/** Where a node's kubelet listens. */
export interface NodeTarget {
  readonly name: string;
  /** InternalIP, else ExternalIP, else a name; absent when the node has no address. */
  readonly address?: string;
  readonly port: number;
}

export interface SummaryAnswer {
  /** The JSON as it came (UTF-8); not yet looked at. */
  readonly text: string;
  /** When its last byte was there, ms since the epoch by this process's clock. */
  readonly receivedAtMs: number;
}

/**
 * The kubelets' Summary API.
 *
 * Contract: a call ends at its own deadline at the latest, however slowly the bytes come, and never holds more than the body limit. Calls run
 * side by side; the caller bounds how many.
 */
export abstract class KubeletSource {
  /**
   * @throws NodeFailure for everything that is wrong with this node
   * @throws the signal's reason when the signal is aborted
   */
  abstract fetchSummary(target: NodeTarget, signal?: AbortSignal): Promise<SummaryAnswer>;
}
