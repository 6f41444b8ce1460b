import { PodLogError, PodLogs, type PodLogFailure, type PodLogRequest } from '../../logs/collect/pod-log.port.js';
import { KubernetesApi } from './kubernetes-api.js';
import { KubernetesApiError } from './kubernetes-api-error.js';

/** What the kubelet says of a container that has not begun (pkg/kubelet, validateContainerLogStatus and the API server's LogLocation). */
const NOT_STARTED =
  /is waiting to start|ContainerCreating|PodInitializing|does not have a host assigned|trying and failing to pull/;
const NO_SUCH_LIFE = /previous terminated container .* not found|is not valid for pod/;

/** `GET /api/v1/namespaces/{namespace}/pods/{pod}/log`. */
export class KubernetesPodLogs extends PodLogs {
  constructor(private readonly api: Pick<KubernetesApi, 'getStream'>) {
    super();
  }

  override async open(request: PodLogRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const { namespace, pod, container, isPrevious, follow, sinceSeconds } = request;
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
    const query = {
      container,
      timestamps: true,
      ...(follow ? { follow } : {}),
      ...(isPrevious ? { previous: true } : {}),
      ...(sinceSeconds === undefined ? {} : { sinceTime: new Date(sinceSeconds * 1000).toISOString() }),
    };
    try {
      return bytesOf(await this.api.getStream(path, { query, signal }), signal);
    } catch (error) {
      throw podLogError(error, signal);
    }
  }
}

async function* bytesOf(stream: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* stream;
  } catch (error) {
    throw podLogError(error, signal);
  }
}

function podLogError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const message = error instanceof Error ? error.message : String(error);
  return new PodLogError(failureOf(error), message, { cause: error });
}

function failureOf(error: unknown): PodLogFailure {
  if (!(error instanceof KubernetesApiError)) return 'unavailable';
  const { status, message } = error;
  if (status === 404 || status === 410) return 'gone';
  if (status === 400 && NOT_STARTED.test(message)) return 'not-started';
  if (status === 400 && NO_SUCH_LIFE.test(message)) return 'gone';
  return status === 429 || status >= 500 ? 'unavailable' : 'refused';
}
