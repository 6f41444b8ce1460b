import { componentPod } from './component-pod.js';
import type { ApiServerAddress } from '../control-plane-facts.js';
import type { VirtualIp } from './ha-input.js';
import type { PlannedFile } from './ha-plan.js';
import { probeHost, healthProbes } from './health-probes.js';
import { hostInUrl } from './host-in-url.js';

const CONFIG = '/etc/haproxy/haproxy.cfg';

/** HAProxy before the API servers, on each node: TCP, a server is asked for `/readyz` over TLS (kubeadm `docs/ha-considerations.md`). */
export function haproxyFiles(
  { address, port, images }: VirtualIp,
  servers: readonly ApiServerAddress[],
  staticPodPath: string,
): readonly PlannedFile[] {
  const manifest = componentPod({
    name: 'haproxy',
    mounts: [
      {
        name: 'config',
        path: CONFIG,
        mountPath: '/usr/local/etc/haproxy/haproxy.cfg',
        type: 'File',
        readOnly: true,
      },
    ],
    container: {
      image: images.haproxy,
      ...healthProbes({
        host: probeHost(undefined),
        port,
        scheme: 'HTTPS',
        livePath: '/livez',
        readyPath: '/readyz',
      }),
    },
  });
  return [
    {
      path: CONFIG,
      mode: '0644',
      content: configOf(address, port, servers),
      writtenBy: 'you',
      purpose: 'Which API servers HAProxy spreads connections over.',
      mustExist: [],
    },
    {
      path: `${staticPodPath}/haproxy.yaml`,
      mode: '0600',
      content: manifest,
      writtenBy: 'you',
      purpose: `HAProxy before the API servers, on port ${port} of the node.`,
      mustExist: [CONFIG],
    },
  ];
}

function configOf(virtualIp: string, port: number, servers: readonly ApiServerAddress[]): string {
  return [
    'global',
    '    log stdout format raw local0',
    'defaults',
    '    log global',
    '    mode tcp',
    '    option tcplog',
    '    option dontlognull',
    '    retries 3',
    '    option redispatch 1', // a refused connection goes to the next server, before any check has failed
    '    timeout connect 5s',
    '    timeout client 35s',
    '    timeout server 35s',
    '    timeout tunnel 4h', // watches and kubectl exec are silent for long
    '    timeout check 10s',
    'frontend kube-apiserver',
    `    bind ${virtualIp.includes(':') ? `:::${port} v4v6` : `*:${port}`}`,
    '    default_backend kube-apiserver',
    'backend kube-apiserver',
    '    balance roundrobin',
    '    option httpchk GET /readyz',
    '    http-check expect status 200',
    '    default-server check check-ssl verify none inter 3s fall 3 rise 2 on-marked-down shutdown-sessions',
    ...servers.map(({ address, port: at }, place) => `    server api-${place + 1} ${hostInUrl(address)}:${at}`),
    '',
  ].join('\n');
}
