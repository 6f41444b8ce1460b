/** Where a component tells how it is. */
export interface HealthPlace {
  readonly host: string;
  readonly port: number;
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly livePath: string;
  readonly readyPath: string;
}

/**
 * The probes that kubeadm gives its components (v1.34, `cmd/kubeadm/app/util/staticpod/utils.go`: eight failures of ten seconds, a start of up to four minutes). The host is named: these
 * pods are on their node's network, and most listen on loopback alone.
 */
export function healthProbes({ host, port, scheme, livePath, readyPath }: HealthPlace) {
  const get = (path: string) => ({ httpGet: { host, path, port, scheme } });
  const SLOWLY = { initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 15 };
  return {
    livenessProbe: { ...get(livePath), ...SLOWLY, failureThreshold: 8 },
    readinessProbe: { ...get(readyPath), periodSeconds: 1, timeoutSeconds: 15, failureThreshold: 3 },
    startupProbe: { ...get(livePath), ...SLOWLY, failureThreshold: 24 },
  };
}

/** Where somebody on the node asks what listens on this address. */
export function probeHost(bindAddress: string | undefined): string {
  if (bindAddress === undefined || bindAddress === '' || bindAddress === '0.0.0.0') return '127.0.0.1';
  return bindAddress === '::' ? '::1' : bindAddress;
}
