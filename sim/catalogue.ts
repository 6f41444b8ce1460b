import type { Behaviour } from './model.js';

/** The workloads of the simulated cluster, as data. CPU in millicores, memory in mebibytes. */
export interface ContainerTemplate {
  readonly name: string;
  readonly image: string;
  readonly cpuMillis: number;
  readonly memoryMi: number;
  /** [millicores, mebibytes] */
  readonly request?: readonly [number, number];
  readonly limit?: readonly [number, number];
  readonly extended?: Readonly<Record<string, string>>;
  readonly burstMillis?: number;
  readonly behaviour?: Behaviour;
}

export interface WorkloadTemplate {
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Static' | 'Pod';
  readonly replicas: number;
  readonly hostNetwork?: boolean;
  readonly claim?: string;
  /** Stays this small however large the cluster is. */
  readonly isSingular?: boolean;
  readonly containers: readonly ContainerTemplate[];
}

const proxy: ContainerTemplate = {
  name: 'proxy',
  image: 'registry.example/mesh/proxy:1.24.1',
  cpuMillis: 6,
  memoryMi: 48,
  request: [10, 64],
  limit: [200, 128],
};

/** One on every node, in the order in which they are dropped last. */
export const DAEMONS: readonly WorkloadTemplate[] = [
  {
    namespace: 'kube-system',
    name: 'kube-proxy',
    kind: 'DaemonSet',
    replicas: 1,
    hostNetwork: true,
    containers: [{ name: 'kube-proxy', image: 'registry.example/kube-proxy:v1.34.1', cpuMillis: 3, memoryMi: 28 }],
  },
  {
    namespace: 'logging',
    name: 'log-agent',
    kind: 'DaemonSet',
    replicas: 1,
    containers: [
      {
        name: 'fluent-bit',
        image: 'registry.example/fluent-bit:4.1.0',
        cpuMillis: 14,
        memoryMi: 60,
        request: [20, 64],
        limit: [200, 256],
      },
    ],
  },
  {
    namespace: 'monitoring',
    name: 'node-exporter',
    kind: 'DaemonSet',
    replicas: 1,
    hostNetwork: true,
    containers: [
      {
        name: 'node-exporter',
        image: 'registry.example/node-exporter:1.9.1',
        cpuMillis: 8,
        memoryMi: 24,
        request: [10, 24],
      },
      {
        name: 'kube-rbac-proxy',
        image: 'registry.example/kube-rbac-proxy:0.19.1',
        cpuMillis: 1,
        memoryMi: 12,
        request: [1, 16],
        limit: [20, 40],
      },
    ],
  },
];

/** Static pods of the control plane's nodes. */
export const STATICS: readonly WorkloadTemplate[] = [
  ['etcd', 60, 180],
  ['kube-apiserver', 140, 620],
  ['kube-controller-manager', 35, 110],
  ['kube-scheduler', 8, 50],
].map(([name, cpuMillis, memoryMi]) => ({
  namespace: 'kube-system',
  name: String(name),
  kind: 'Static' as const,
  replicas: 1,
  hostNetwork: true,
  containers: [
    {
      name: String(name),
      image: `registry.example/${name}:v1.34.1`,
      cpuMillis: Number(cpuMillis),
      memoryMi: Number(memoryMi),
      request: [100, 100] as const,
    },
  ],
}));

/** What the scheduler places; the first rows also stand in the smallest cluster. */
export const APPLICATIONS: readonly WorkloadTemplate[] = [
  app('shop', 'checkout', 2, [container('checkout', 45, 210, [50, 256], [500, 512]), proxy]),
  {
    ...app('shop', 'recommendations', 1, [
      { ...container('model', 30, 120, [100, 128], [500, 512]), behaviour: 'leaking' },
    ]),
    isSingular: true,
  },
  {
    ...app('media', 'thumbnailer', 1, [
      { ...container('worker', 60, 90, [50, 64], [500, 256]), behaviour: 'crashing' },
    ]),
    isSingular: true,
  },
  {
    ...app('media', 'transcoder', 1, [{ ...container('ffmpeg', 40, 300), burstMillis: 1800 }]),
    isSingular: true,
  },
  {
    namespace: 'data',
    name: 'postgres',
    kind: 'StatefulSet',
    replicas: 2,
    claim: 'data',
    isSingular: true,
    containers: [
      container('postgres', 90, 700, [200, 1024], [1000, 2048]),
      container('exporter', 3, 20, [10, 32], [50, 64]),
    ],
  },
  { ...app('default', 'debug-shell', 1, [container('shell', 1, 8)]), kind: 'Pod', isSingular: true },
  app('shop', 'storefront', 3, [container('web', 70, 160, [100, 192], [400, 384]), proxy]),
  app('shop', 'cart', 2, [container('cart', 25, 140, [50, 128], [200, 256]), proxy]),
  app('shop', 'catalogue', 2, [container('catalogue', 35, 260, [50, 256])]),
  {
    namespace: 'data',
    name: 'redis',
    kind: 'StatefulSet',
    replicas: 3,
    claim: 'data',
    containers: [container('redis', 28, 340, [50, 384], [200, 512]), container('exporter', 2, 18, [10, 32], [50, 64])],
  },
  {
    ...app('media', 'vision', 1, [
      { ...container('vision', 400, 1800, [500, 2048], [2000, 4096]), extended: { 'example.com/gpu': '1' } },
    ]),
    isSingular: true,
  },
  app('media', 'upload', 2, [container('upload', 20, 80, [25, 64], [100, 192])]),
  app('monitoring', 'prometheus', 1, [
    container('prometheus', 180, 1500, [200, 1536]),
    container('config-reloader', 1, 16, [10, 32], [20, 64]),
  ]),
  app('kube-system', 'coredns', 2, [container('coredns', 5, 30, [100, 70], [0, 170])]),
  app('payments', 'ledger', 3, [container('ledger', 55, 420, [100, 512], [500, 768]), proxy]),
  app('payments', 'fraud', 2, [container('scorer', 110, 640, [200, 768], [1000, 1024]), proxy]),
  app('search', 'query', 4, [container('query', 85, 520, [100, 512], [600, 1024])]),
  app('search', 'indexer', 2, [container('indexer', 65, 380, [100, 384], [600, 768])]),
];

function app(
  namespace: string,
  name: string,
  replicas: number,
  containers: readonly ContainerTemplate[],
): WorkloadTemplate {
  return { namespace, name, kind: 'Deployment', replicas, containers };
}

function container(
  name: string,
  cpuMillis: number,
  memoryMi: number,
  request?: readonly [number, number],
  limit?: readonly [number, number],
): ContainerTemplate {
  const image = `registry.example/apps/${name}:2.3.${name.length}`;
  return { name, image, cpuMillis, memoryMi, ...(request ? { request } : {}), ...(limit ? { limit } : {}) };
}
