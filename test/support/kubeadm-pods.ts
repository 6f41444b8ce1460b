import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';

/** A path of the node in a static pod: of the volume, what is looked for there, whether it is read alone. */
type Mount = readonly [name: string, path: string, type: string, readOnly: boolean];

const PKI: Mount = ['k8s-certs', '/etc/kubernetes/pki', 'DirectoryOrCreate', true];
const CA_CERTS: Mount = ['ca-certs', '/etc/ssl/certs', 'DirectoryOrCreate', true];

const FLAGS: Readonly<Record<string, (address: string, node: string) => Readonly<Record<string, string>>>> = {
  'kube-apiserver': (address) => ({
    'advertise-address': address,
    'allow-privileged': 'true',
    'client-ca-file': '/etc/kubernetes/pki/ca.crt',
    'etcd-servers': 'https://127.0.0.1:2379',
    'secure-port': '6443',
    'tls-cert-file': '/etc/kubernetes/pki/apiserver.crt',
  }),
  'kube-controller-manager': () => ({
    'authentication-kubeconfig': '/etc/kubernetes/controller-manager.conf',
    'authorization-kubeconfig': '/etc/kubernetes/controller-manager.conf',
    'bind-address': '127.0.0.1',
    'cluster-cidr': '10.244.0.0/16',
    kubeconfig: '/etc/kubernetes/controller-manager.conf',
    'leader-elect': 'true',
    'root-ca-file': '/etc/kubernetes/pki/ca.crt',
    'service-account-private-key-file': '/etc/kubernetes/pki/sa.key',
  }),
  'kube-scheduler': () => ({
    'authentication-kubeconfig': '/etc/kubernetes/scheduler.conf',
    'authorization-kubeconfig': '/etc/kubernetes/scheduler.conf',
    'bind-address': '127.0.0.1',
    kubeconfig: '/etc/kubernetes/scheduler.conf',
    'leader-elect': 'true',
  }),
  etcd: (address, node) => ({
    'advertise-client-urls': `https://${address}:2379`,
    'cert-file': '/etc/kubernetes/pki/etcd/server.crt',
    'data-dir': '/var/lib/etcd',
    'initial-advertise-peer-urls': `https://${address}:2380`,
    'initial-cluster': `${node}=https://${address}:2380`,
    'listen-client-urls': `https://127.0.0.1:2379,https://${address}:2379`,
    'listen-metrics-urls': 'http://127.0.0.1:2381',
    'listen-peer-urls': `https://${address}:2380`,
    name: node,
  }),
};
const MOUNTS: Readonly<Record<string, readonly Mount[]>> = {
  'kube-apiserver': [CA_CERTS, PKI],
  'kube-controller-manager': [
    CA_CERTS,
    PKI,
    ['kubeconfig', '/etc/kubernetes/controller-manager.conf', 'FileOrCreate', true],
  ],
  'kube-scheduler': [['kubeconfig', '/etc/kubernetes/scheduler.conf', 'FileOrCreate', true]],
  etcd: [
    ['etcd-data', '/var/lib/etcd', 'DirectoryOrCreate', false],
    ['etcd-certs', '/etc/kubernetes/pki/etcd', 'DirectoryOrCreate', false],
  ],
};

/** The mirror pod of a component as the API server shows it on a node of a cluster that kubeadm v1.34 made. */
export function kubeadmPod(
  component: string,
  node: string,
  address: string,
  changed: {
    readonly flags?: Readonly<Record<string, string>>;
    readonly image?: string;
    readonly isReady?: boolean;
  } = {},
): ManifestObject {
  const flags = { ...FLAGS[component]?.(address, node), ...changed.flags };
  const mounts = MOUNTS[component] ?? [];
  const image = component === 'etcd' ? 'registry.k8s.io/etcd:3.6.4-0' : `registry.k8s.io/${component}:v1.34.1`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${component}-${node}`,
      namespace: 'kube-system',
      labels: { component, tier: 'control-plane' },
      annotations: { 'kubernetes.io/config.mirror': 'd0', 'kubernetes.io/config.source': 'file' },
    },
    spec: {
      nodeName: node,
      containers: [
        {
          name: component,
          image: changed.image ?? image,
          command: [component, ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)],
          volumeMounts: mounts.map(([name, mountPath, , readOnly]) => ({ name, mountPath, readOnly })),
        },
      ],
      volumes: mounts.map(([name, path, type]) => ({ name, hostPath: { path, type } })),
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: (changed.isReady ?? true) ? 'True' : 'False' }],
    },
  };
}
