import {
  KubeletSource,
  type NodeTarget,
  type ReadSummary,
  type TextEndpoint,
} from '../../metrics/collect/kubelet.port.js';
import { NodeFailure } from '../../metrics/collect/node-failure.js';
import type { KubernetesApi } from '../kubernetes/kubernetes-api.js';
import {
  KubernetesApiError,
  KubernetesBodyTooLargeError,
  KubernetesUnreachableError,
} from '../kubernetes/kubernetes-api-error.js';
import type { KubeletPaths } from './kubelet-paths.js';
import { timeoutFailure, tooLargeFailure } from './kubelet-failure.js';

export interface ProxyKubeletOptions {
  /** For one whole call, from connection to last byte. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

/**
 * Kubelets through the API server's node proxy, over the connections to the API server that stay open. It needs `nodes/proxy`, which is as good as exec
 * on every pod, so it is taken only when it is asked for (`KUBELET_ACCESS=proxy`).
 */
export class ProxyKubeletSource extends KubeletSource implements KubeletPaths {
  constructor(
    private readonly api: Pick<KubernetesApi, 'getBytes'>,
    private readonly options: ProxyKubeletOptions,
  ) {
    super();
  }

  override async fetchSummary<Result>(
    target: NodeTarget,
    read: ReadSummary<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return this.fetch(target, '/stats/summary', read, signal);
  }

  /** What `read` makes of the answer of any of the kubelet's paths. @throws as `fetchSummary` */
  async fetch<Result>(
    target: NodeTarget,
    path: string,
    read: ReadSummary<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    return read(await this.get(target, path, signal), Date.now());
  }

  /** In one piece: the API server is asked for whole answers. */
  override async stream(
    target: NodeTarget,
    endpoint: TextEndpoint,
    take: (chunk: Buffer) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    take(await this.get(target, endpoint, signal));
  }

  private async get(target: NodeTarget, endpoint: string, signal?: AbortSignal): Promise<Buffer> {
    const path = `/api/v1/nodes/${encodeURIComponent(target.name)}/proxy${endpoint}`;
    const { timeoutMs, maxBodyBytes } = this.options;
    try {
      return await this.api.getBytes(path, { signal, timeoutMs, maxBodyBytes });
    } catch (error) {
      signal?.throwIfAborted();
      throw this.failureOf(error);
    }
  }

  private failureOf(error: unknown): unknown {
    const options = { cause: error };
    if (error instanceof KubernetesBodyTooLargeError) return tooLargeFailure(this.options.maxBodyBytes);
    if (error instanceof KubernetesApiError) {
      if (error.status === 401) {
        return new NodeFailure(
          'unauthorized',
          'The API server or the kubelet behind it does not accept our credentials.',
          options,
        );
      }
      if (error.status === 403) {
        return new NodeFailure(
          'forbidden',
          'The API server refuses: our service account lacks the right to get nodes/proxy, which KUBELET_ACCESS=proxy needs.',
          options,
        );
      }
      const detail = `The API server's node proxy answered with status ${error.status} (${error.message}).`;
      return new NodeFailure(`http-${error.status}`, detail, options);
    }
    if (error instanceof KubernetesUnreachableError) {
      if (error.code === 'TIMEOUT') return timeoutFailure(this.options.timeoutMs);
      const reason = error.code === 'ECONNREFUSED' ? 'connection-refused' : 'connection-lost';
      return new NodeFailure(
        reason,
        `The API server, which is to pass the call on, did not answer (${error.code}).`,
        options,
      );
    }
    return error;
  }
}
