import { NodeFailure } from '../../metrics/collect/node-failure.js';

const CERTIFICATE = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|ERR_SSL|HOSTNAME_MISMATCH|EPROTO$)/;
const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EINVAL',
]);

const WAYS_OUT =
  "Three ways out: let the cluster's authority sign it (serverTLSBootstrap: true for the kubelets, then approve their requests); give its " +
  'authority in KUBELET_CA_FILE; or, last, KUBELET_INSECURE_TLS=true, which lets whoever answers at that address read our token.';

/** What a connection error says of the node. */
export function connectionFailure(error: unknown): NodeFailure {
  if (error instanceof NodeFailure) return error;
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const options = { cause: error };
  if (code === 'ECONNREFUSED') {
    return new NodeFailure(
      'connection-refused',
      'Nothing listens at its address and port: is its kubelet running?',
      options,
    );
  }
  if (code === 'ETIMEDOUT') return new NodeFailure('timeout', 'The connection was not answered.', options);
  if (CERTIFICATE.test(code)) {
    return new NodeFailure('certificate', `Its certificate cannot be trusted (${message}). ${WAYS_OUT}`, options);
  }
  if (UNREACHABLE.has(code)) return new NodeFailure('unreachable', `Its address cannot be reached (${code}).`, options);
  return new NodeFailure(
    'connection-lost',
    `The connection broke before the answer was whole (${code || message}).`,
    options,
  );
}

export function timeoutFailure(timeoutMs: number): NodeFailure {
  return new NodeFailure('timeout', `No whole answer within ${timeoutMs / 1000} s.`);
}

export function tooLargeFailure(maxBodyBytes: number): NodeFailure {
  const mebibytes = Math.round(maxBodyBytes / 1024 ** 2);
  return new NodeFailure('body-too-large', `The answer is larger than ${mebibytes} MiB (KUBELET_MAX_BODY).`);
}

/** What any other status than 200 says, for an answer of the kubelet itself. */
export function statusFailure(status: number, path: string): NodeFailure {
  const right = path === '/stats/summary' ? 'nodes/stats' : 'nodes/metrics';
  if (status === 401) {
    return new NodeFailure(
      'unauthorized',
      'Its kubelet does not accept our credentials: it must verify tokens with the API server (authentication.webhook.enabled).',
    );
  }
  if (status === 403) {
    return new NodeFailure(
      'forbidden',
      `Its kubelet refuses: our service account lacks the right to get ${right} (a ClusterRole with resources: ["${right}"], verbs: ["get"]).`,
    );
  }
  return new NodeFailure(`http-${status}`, `Its kubelet answered with status ${status}.`);
}
