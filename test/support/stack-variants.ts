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
];
