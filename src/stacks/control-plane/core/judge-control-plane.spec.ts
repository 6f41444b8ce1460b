import { describe, expect, it } from '@jest/globals';
import type { ComponentReplica, ControlPlaneFacts, LeaderLease } from './control-plane-facts.js';
import { COMPONENTS, LED_COMPONENTS } from './control-plane-facts.js';
import { judgeControlPlane } from './judge-control-plane.js';

const NOW_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const ENDPOINT = 'api.example:6443';

const nodeOf = (index: number) => ({
  name: `cp-${index}`,
  isControlPlane: true,
  isReady: true,
  addresses: [`10.0.0.${index}`],
  kubeletVersion: 'v1.34.1',
});
const replica = (
  component: ComponentReplica['component'],
  index: number,
  flags: ComponentReplica['flags'] = { 'leader-elect': 'true' },
): ComponentReplica => ({
  component,
  pod: `${component}-cp-${index}`,
  node: `cp-${index}`,
  isStatic: true,
  isReady: true,
  image: `registry.k8s.io/${component}:v1.34.1`,
  version: 'v1.34.1',
  flags,
});
const lease = (component: LeaderLease['component'], ageMs = 1000, holder = 'cp-1_6f0b9e'): LeaderLease => ({
  component,
  holder,
  node: 'cp-1',
  renewedAtMs: NOW_MS - ageMs,
  leaseDurationMs: 15_000,
  transitions: 1,
});
const health = (index: number, daysLeft = 200) => ({
  address: `10.0.0.${index}`,
  port: 6443,
  isReachable: true,
  isReady: true,
  certificateEndsAtMs: NOW_MS + daysLeft * DAY_MS,
});
const told = <T>(value: T) => ({ value });

/** A stacked cluster that kubeadm made, of so many control-plane nodes. */
function stacked(count: number, more: Partial<ControlPlaneFacts> = {}): ControlPlaneFacts {
  const places = Array.from({ length: count }, (_, place) => place + 1);
  return {
    nodes: told(places.map(nodeOf)),
    replicas: told(places.flatMap((place) => COMPONENTS.map((component) => replica(component, place)))),
    leases: LED_COMPONENTS.map((component) => ({ component, lease: told(lease(component)) })),
    addresses: told(places.map((place) => ({ address: `10.0.0.${place}`, port: 6443 }))),
    health: places.map((place) => health(place)),
    loadBalancer: { endpoint: told<string | undefined>(ENDPOINT), pods: [], virtualIpHolder: told(undefined) },
    clients: [
      { client: 'kubelets', server: told(`https://${ENDPOINT}`) },
      { client: 'kube-proxy', server: told(`https://${ENDPOINT}`) },
      { client: 'kube-scheduler', server: { unknown: 'It stands on its node' } },
    ],
    ...more,
  };
}

const three = stacked(3);
const replicasOf = (facts: ControlPlaneFacts) => ('value' in facts.replicas ? facts.replicas.value : []);
const without = (component: string, place: number) =>
  told(replicasOf(three).filter((one) => one.component !== component || one.node !== `cp-${place}`));

describe('a control plane', () => {
  it.each<[string, ControlPlaneFacts, 'yes' | 'no' | 'unknown', readonly string[]]>([
    ['of three stacked nodes behind a load balancer', three, 'yes', ['address-unknown']],
    [
      'of one node',
      stacked(1),
      'no',
      [
        'single-replica',
        'single-replica',
        'single-replica',
        'etcd-quorum',
        'single-api-server-address',
        'address-unknown',
      ],
    ],
    ['with two members of etcd', stacked(2), 'no', ['etcd-quorum', 'address-unknown']],
    [
      'with three members of etcd of which one is lost',
      { ...three, replicas: without('etcd', 3) },
      'no',
      ['etcd-quorum', 'address-unknown'],
    ],
    [
      'with three etcd servers outside',
      {
        ...three,
        replicas: told(
          replicasOf(three)
            .filter(({ component }) => component !== 'etcd')
            .map((one) => ({ ...one, flags: { 'etcd-servers': 'https://e1:2379,https://e2:2379,https://e3:2379' } })),
        ),
      },
      'yes',
      ['external-etcd', 'address-unknown'],
    ],
    [
      'with a scheduler without leader election',
      {
        ...three,
        replicas: told([
          ...without('kube-scheduler', 2).value,
          replica('kube-scheduler', 2, { 'leader-elect': 'false' }),
        ]),
      },
      'no',
      ['no-leader-election', 'address-unknown'],
    ],
    [
      'whose scheduler has not renewed its Lease',
      {
        ...three,
        leases: [
          { component: 'kube-controller-manager', lease: told(lease('kube-controller-manager')) },
          { component: 'kube-scheduler', lease: told(lease('kube-scheduler', 60_000)) },
        ],
      },
      'no',
      ['no-leader', 'address-unknown'],
    ],
    [
      'with a certificate that ends in five days',
      { ...three, health: [health(1, 5), health(2), health(3)] },
      'yes',
      ['certificate-ends', 'address-unknown'],
    ],
    [
      'with a certificate that has expired',
      { ...three, health: [health(1, -1), health(2), health(3)] },
      'yes',
      ['certificate-expired', 'address-unknown'],
    ],
    [
      'whose endpoint is one server',
      { ...three, loadBalancer: { ...three.loadBalancer, endpoint: told('10.0.0.1:6443') }, clients: [] },
      'no',
      ['bound-to-one-server'],
    ],
    [
      'whose kube-proxy points to one server',
      { ...three, clients: [{ client: 'kube-proxy', server: told('https://10.0.0.2:6443') }] },
      'no',
      ['bound-to-one-server'],
    ],
    [
      'all of whose nodes are in one zone, one of them not ready',
      { ...three, nodes: told([1, 2, 3].map((place) => ({ ...nodeOf(place), zone: 'a', isReady: place > 1 }))) },
      'yes',
      ['node-not-ready', 'one-zone', 'address-unknown'],
    ],
    ['of EKS', stacked(0, { managedBy: 'EKS' }), 'unknown', ['managed']],
    [
      'that runs as processes, with two addresses',
      {
        ...three,
        replicas: told([]),
        loadBalancer: { ...three.loadBalancer, endpoint: { unknown: 'no kubeadm' } },
        clients: [],
      },
      'unknown',
      ['not-visible', 'address-unknown'],
    ],
    [
      'of which an API server does not answer',
      { ...three, health: [health(1), health(2), { address: '10.0.0.3', port: 6443, isReachable: false }] },
      'unknown',
      ['api-server-unreachable', 'address-unknown'],
    ],
    [
      'whose Leases may not be read',
      { ...three, leases: [{ component: 'kube-scheduler', lease: { unknown: 'forbidden' } }] },
      'unknown',
      ['leader-unknown', 'address-unknown'],
    ],
    [
      'with a scheduler that is newer than an API server',
      {
        ...three,
        replicas: told([
          ...without('kube-scheduler', 3).value,
          { ...replica('kube-scheduler', 3), version: 'v1.35.0' },
        ]),
      },
      'yes',
      ['version-skew', 'address-unknown'],
    ],
  ])('%s', (_, facts, losesANode, codes) => {
    const { verdict, findings } = judgeControlPlane(facts, NOW_MS);
    expect({ losesANode: verdict.losesANode, codes: findings.map(({ code }) => code) }).toEqual({ losesANode, codes });
    expect(verdict.because.length).toBeGreaterThan(0);
  });

  it('is told of by the worst finding first', () => {
    const facts = { ...stacked(1), health: [health(1, 5)] };
    const [first] = judgeControlPlane(facts, NOW_MS).findings;
    expect(first).toMatchObject({
      code: 'certificate-ends',
      severity: 'critical',
      what: expect.stringContaining('5 days'),
    });
  });
});
