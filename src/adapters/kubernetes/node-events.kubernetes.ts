import { NodeEvents, type NodeEvent } from '../../gc/announce/node-events.port.js';
import { KubernetesApi } from './kubernetes-api.js';
import { KubernetesApiError } from './kubernetes-api-error.js';

/** Where events of things that are in no namespace stand. */
const NAMESPACE = 'default';
const TIMEOUT_MS = 10_000;
/** The API server refuses longer ones. */
const MOST_CHARACTERS = 1_000;

/** Events as the kubelet writes them of its node: core/v1, with the node's name for its uid. */
export class KubernetesNodeEvents extends NodeEvents {
  constructor(private readonly api: Pick<KubernetesApi, 'postJson'>) {
    super();
  }

  override async tell({ name, node, type, reason, message, atMs }: NodeEvent, signal: AbortSignal): Promise<void> {
    const at = new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace: NAMESPACE },
      involvedObject: { apiVersion: 'v1', kind: 'Node', name: node, uid: node },
      type,
      reason,
      message: message.slice(0, MOST_CHARACTERS),
      source: { component: 'quartermaster' },
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    };
    try {
      await this.api.postJson(`/api/v1/namespaces/${NAMESPACE}/events`, event, { signal, timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof KubernetesApiError && error.status === 409)) throw error; // 409: it was told before
    }
  }
}
