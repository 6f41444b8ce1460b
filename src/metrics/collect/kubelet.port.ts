/** Where a node's kubelet listens. */
export interface NodeTarget {
  readonly name: string;
  /** InternalIP, else ExternalIP, else a name; absent when the node has no address. */
  readonly address?: string;
  readonly port: number;
}

/** Reads an answer: synchronous, for the bytes are lent, and are overwritten when it returns. `receivedAtMs`: when the last byte was there, by this process's clock. */
export type ReadSummary<Result> = (json: Buffer, receivedAtMs: number) => Result;

/** What a kubelet tells in Prometheus' text format. */
export type TextEndpoint = '/metrics/cadvisor' | '/metrics/resource';

/**
 * What kubelets tell of themselves and their pods: the Summary API, and what stands beside it.
 *
 * Contract: a call ends at its own deadline at the latest, however slowly the bytes come, and never holds more than the body limit. Calls run
 * side by side; the caller bounds how many.
 */
export abstract class KubeletSource {
  /**
   * Resolves with what `read` makes of the answer.
   * @throws NodeFailure for everything that is wrong with this node
   * @throws the signal's reason when the signal is aborted, and what `read` throws
   */
  abstract fetchSummary<Result>(target: NodeTarget, read: ReadSummary<Result>, signal?: AbortSignal): Promise<Result>;
  /**
   * Hands on an answer in text as it comes; resolves after the last chunk. What `take` throws ends the call.
   * @param take synchronous; the chunks may be overwritten when it returns
   * @throws as `fetchSummary`
   */
  abstract stream(
    target: NodeTarget,
    endpoint: TextEndpoint,
    take: (chunk: Buffer) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}
