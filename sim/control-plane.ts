import type { KubernetesObject } from './kubernetes-objects.js';
import { EPOCH_MS, type World } from './model.js';
import type { ObjectStore } from './object-store.js';
import { controlPlanes } from './plan-nodes.js';
import { uuid } from './seeded.js';

export const LED = ['kube-controller-manager', 'kube-scheduler'] as const;
type Led = (typeof LED)[number];

/** Shorter than the 15 seconds of a real one, so that a failover shows within seconds. */
const LEASE_SECONDS = 4;
const RENEW_EVERY_MS = 2_000;
const ENDPOINT = 'api.simulation.example:6443';

interface Leader {
  readonly component: Led;
  holder: number;
  acquiredMs: number;
  renewedMs: number;
  transitions: number;
  /** Until when the present holder is stopped. */
  stoppedUntilMs: number;
}

/** What kubeadm and leader election leave in the API server: Leases that are renewed, the addresses of the API servers, of their load balancer and of the cluster's DNS, and a default storage class. */
export class ControlPlane {
  private readonly leaders: Leader[];
  private readonly nodes: readonly string[];

  constructor(
    private readonly world: World,
    private readonly store: ObjectStore,
    nowMs: number,
  ) {
    const names = [...world.nodes.keys()];
    this.nodes = names.slice(0, controlPlanes(names.length));
    const begun = { holder: 0, acquiredMs: EPOCH_MS, renewedMs: nowMs, transitions: 1, stoppedUntilMs: 0 };
    this.leaders = LED.map((component) => ({ component, ...begun }));
    this.preload();
  }

  private preload(): void {
    for (const leader of this.leaders) this.store.preload('leases', this.lease(leader));
    const kubeconfig = `apiVersion: v1\nkind: Config\nclusters:\n- name: default\n  cluster:\n    server: https://${ENDPOINT}\n`;
    const configuration = `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.1\ncontrolPlaneEndpoint: ${ENDPOINT}\n`;
    this.store.preload(
      'configmaps',
      this.object('kube-system', 'kubeadm-config', { data: { ClusterConfiguration: configuration } }),
    );
    this.store.preload(
      'configmaps',
      this.object('kube-system', 'kube-proxy', { data: { 'kubeconfig.conf': kubeconfig } }),
    );
    this.store.preload('configmaps', this.object('kube-public', 'cluster-info', { data: { kubeconfig } }));
    this.store.preload('endpointslices', this.dns());
    this.store.preload('storageclasses', this.storageClass());
  }

  /** What claims are made of that name no class. */
  private storageClass(): KubernetesObject {
    const name = 'standard';
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    const uid = uuid(this.world.seed, 'control-plane', name);
    return {
      metadata: { name, uid, annotations, creationTimestamp: microTime(EPOCH_MS) },
      provisioner: 'disk.simulation.example',
    };
  }

  /** Where the cluster's DNS answers: the Service of CoreDNS has this name, as it had before CoreDNS. */
  private dns(): KubernetesObject {
    const pods = [...this.world.pods.values()].filter(({ name }) => name.startsWith('coredns-'));
    const endpoints = pods.map(({ ip }) => ({ addresses: [ip], conditions: { ready: true } }));
    const slice = { addressType: 'IPv4', endpoints, ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] };
    return this.object('kube-system', 'kube-dns', slice, { 'kubernetes.io/service-name': 'kube-dns' });
  }

  /** Tells where the API servers are. */
  serveAt(addresses: readonly string[], port: number): void {
    const labels = { 'kubernetes.io/service-name': 'kubernetes' };
    const endpoints = [{ addresses, conditions: { ready: true } }];
    const slice = { addressType: 'IPv4', endpoints, ports: [{ name: 'https', port, protocol: 'TCP' }] };
    this.store.put('endpointslices', this.object('default', 'kubernetes', slice, labels));
  }

  /** Stops the process that leads, for so long from now; another takes over when the Lease has run out. */
  stopsAt(now: () => number): (component: Led, forMs: number) => void {
    return (component, forMs) => {
      const leader = this.leaders.find((one) => one.component === component);
      if (leader) leader.stoppedUntilMs = now() + forMs;
    };
  }

  /** Renews the Leases, or lets the next node take one that has run out. */
  tick(nowMs: number): void {
    for (const leader of this.leaders) {
      const isStopped = nowMs < leader.stoppedUntilMs;
      if (!isStopped && nowMs - leader.renewedMs < RENEW_EVERY_MS) continue;
      if (isStopped) {
        if (this.nodes.length < 2 || nowMs <= leader.renewedMs + LEASE_SECONDS * 1000) continue;
        leader.holder = (leader.holder + 1) % this.nodes.length;
        leader.acquiredMs = nowMs;
        leader.transitions += 1;
        leader.stoppedUntilMs = 0;
      }
      leader.renewedMs = nowMs;
      this.store.put('leases', this.lease(leader));
    }
  }

  private lease({ component, holder, acquiredMs, renewedMs, transitions }: Leader): KubernetesObject {
    const node = this.nodes[holder] ?? '';
    return this.object('kube-system', component, {
      spec: {
        holderIdentity: `${node}_${uuid(this.world.seed, component, node)}`,
        leaseDurationSeconds: LEASE_SECONDS,
        acquireTime: microTime(acquiredMs),
        renewTime: microTime(renewedMs),
        leaseTransitions: transitions,
      },
    });
  }

  private object(
    namespace: string,
    name: string,
    content: object,
    labels: Record<string, string> = {},
  ): KubernetesObject {
    const uid = uuid(this.world.seed, 'control-plane', namespace, name);
    return { metadata: { name, namespace, uid, labels, creationTimestamp: microTime(EPOCH_MS) }, ...content };
  }
}

function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
