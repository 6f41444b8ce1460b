interface StackVariant {
  readonly stack: string;
  readonly variant: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const PLACING = {
  imageRegistry: 'mirror.example:5000/hub',
  imagePullSecrets: ['regcred'],
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
};
const PEM = '-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n';

/** The stacks that come with Quartermaster, with their defaults and in the shapes that change which objects and fields they have. */
export const shippedVariants: readonly StackVariant[] = [
  { stack: 'probe', variant: 'by default', parameters: {} },
  { stack: 'probe', variant: 'placed', parameters: { ...PLACING, replicas: 2 } },
  { stack: 'node-agent', variant: 'by default', parameters: {} },
  {
    stack: 'node-agent',
    variant: 'with all of its parts',
    parameters: {
      ...PLACING,
      serverCa: PEM,
      createServiceAccount: true,
      allow: 'inventory,gc,static-pods',
      runtimeEndpoint: 'unix:///host/run/crio/crio.sock',
    },
  },
  { stack: 'metrics-api', variant: 'by default', parameters: { caBundle: 'TUlJQg==' } },
  { stack: 'monitoring', variant: 'by default', parameters: {} },
  {
    stack: 'monitoring',
    variant: 'without volumes',
    parameters: { ...PLACING, persistence: 'none', grafanaUrl: 'https://grafana.example/' },
  },
  { stack: 'monitoring', variant: 'with a storage class', parameters: { storageClass: 'fast', influxdbSize: '5Gi' } },
  { stack: 'logging', variant: 'by default', parameters: {} },
  {
    stack: 'logging',
    variant: 'with three nodes and memory mapping',
    parameters: { ...PLACING, nodes: 3, transportCertificates: 'certificates', mmap: 'sysctl', storageClass: 'fast' },
  },
  {
    stack: 'logging',
    variant: 'with three nodes that know each other',
    parameters: { nodes: 3, transportCertificates: 'certificates', isNewCluster: false },
  },
  {
    stack: 'logging',
    variant: 'with Fluentd, without volumes, Kibana behind a proxy',
    parameters: {
      shipper: 'fluentd',
      persistence: 'none',
      kibanaBasePath: '/logs',
      kibanaUrl: 'https://a.example/logs',
    },
  },
  {
    stack: 'logging',
    variant: 'to Quartermaster',
    parameters: { destination: 'quartermaster', quartermasterCa: PEM, shipperTolerations: [] },
  },
  {
    stack: 'logging',
    variant: 'to Quartermaster with Fluentd',
    parameters: { destination: 'quartermaster', shipper: 'fluentd' },
  },
];
