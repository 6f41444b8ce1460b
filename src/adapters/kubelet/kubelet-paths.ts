import type { NodeTarget, ReadSummary } from '../../metrics/collect/kubelet.port.js';

/** Kubelets by the path that is asked. */
export interface KubeletPaths {
  /** @throws NodeFailure; the signal's reason; what `read` throws */
  fetch<Result>(target: NodeTarget, path: string, read: ReadSummary<Result>, signal?: AbortSignal): Promise<Result>;
}
