import type { ManifestObject } from '../../../core/manifest-object.js';
import { flagArgs, flagValue, type Flag, withFlag } from '../parse-flags.js';
import { componentPod } from './component-pod.js';
import type { ComponentSource, RunningComponent } from './ha-facts.js';
import { healthProbes } from './health-probes.js';
import { hostInUrl } from './host-in-url.js';

/** A member of etcd's cluster, as `--initial-cluster` names it. */
export interface EtcdMember {
  readonly name: string;
  readonly peerUrl: string;
}

/** The members that run as pods. */
export function etcdMembers(running: readonly RunningComponent[]): readonly EtcdMember[] {
  return running
    .filter(({ component }) => component === 'etcd')
    .map(({ node, flags }) => ({
      name: flagValue(flags, 'name') ?? node,
      peerUrl: flagValue(flags, 'initial-advertise-peer-urls') ?? '',
    }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** The member that a node becomes. */
export function newMember(node: string, address: string): EtcdMember {
  return { name: node, peerUrl: `https://${hostInUrl(address)}:2380` };
}

/**
 * The stacked etcd member of another node: today's arguments with that node's name and addresses, joining the members that are there by then, as `kubeadm join --control-plane` writes it
 * (v1.34, `phases/etcd/local.go`).
 *
 * @param members those that are there before it
 */
export function etcdPod(
  { image, flags, mounts }: ComponentSource,
  { name, peerUrl }: EtcdMember,
  address: string,
  members: readonly EtcdMember[],
): ManifestObject {
  const host = hostInUrl(address);
  const localhost = address.includes(':') ? '[::1]' : '127.0.0.1';
  const client = `https://${host}:2379`;
  const own: readonly (readonly [string, string])[] = [
    ['name', name],
    ['listen-client-urls', `https://${localhost}:2379,${client}`],
    ['advertise-client-urls', client],
    ['listen-peer-urls', peerUrl],
    ['initial-advertise-peer-urls', peerUrl],
    ['initial-cluster', [...members, { name, peerUrl }].map((one) => `${one.name}=${one.peerUrl}`).join(',')],
    ['initial-cluster-state', 'existing'],
  ];
  const args = own.reduce<readonly Flag[]>((done, [flag, value]) => withFlag(done, flag, value), flags);
  return componentPod({
    name: 'etcd',
    mounts,
    annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': client },
    container: {
      image,
      command: ['etcd', ...flagArgs(args)],
      ...healthProbes({
        host: localhost.replace(/[[\]]/g, ''),
        port: metricsPort(flags),
        scheme: 'HTTP',
        livePath: '/livez',
        readyPath: '/readyz',
      }),
      resources: { requests: { cpu: '100m', memory: '100Mi' } },
    },
  });
}

function metricsPort(flags: readonly Flag[]): number {
  return Number(/:(\d+)(?:,|$)/.exec(flagValue(flags, 'listen-metrics-urls') ?? '')?.[1] ?? 2381);
}
