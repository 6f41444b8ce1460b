import type { ComponentName } from '../control-plane-facts.js';

/** What is known of a component by the asker: it comes before what its pods show. */
export interface GivenComponent {
  readonly image?: string | undefined;
  readonly flags?: Readonly<Record<string, string>> | undefined;
  /** Further paths of the node that it reads. */
  readonly hostPaths?: readonly string[] | undefined;
}

/** An address that always belongs to one of several API servers. */
export interface VirtualIp {
  readonly kind: 'kube-vip' | 'haproxy-keepalived';
  readonly address: string;
  /** The network interface of the nodes that gets it. */
  readonly interface: string;
  /** Where it answers. */
  readonly port: number;
  /** The client configuration of kube-vip on each node. */
  readonly kubeconfig: string;
  /** VRRP's `virtual_router_id`. */
  readonly routerId: number;
  readonly images: { readonly kubeVip: string; readonly haproxy: string; readonly keepalived: string };
}

/** For which nodes the control plane is rendered, and what of it. */
export interface HaInput {
  readonly nodes: readonly { readonly name: string; readonly address?: string | undefined }[];
  /** Absent: all four where kubeadm made the cluster, else those that have leaders. */
  readonly components?: readonly ComponentName[] | undefined;
  readonly scheduler: GivenComponent;
  readonly controllerManager: GivenComponent;
  readonly virtualIp?: VirtualIp | undefined;
  /** The kubelets' folder of manifests. */
  readonly staticPodPath: string;
}
