/** What was read, or why it could not be. */
export type Told<T> = { readonly value: T } | { readonly unknown: string };

/** The parts of a control plane, by the names that kubeadm gives them. */
export const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'] as const;
export type ComponentName = (typeof COMPONENTS)[number];

/** The components of which one leads at a time. */
export const LED_COMPONENTS = ['kube-controller-manager', 'kube-scheduler'] as const;
export type LedComponent = (typeof LED_COMPONENTS)[number];

export interface ControlPlaneNode {
  readonly name: string;
  /** Labelled `node-role.kubernetes.io/control-plane` (or `master`, before 1.24). */
  readonly isControlPlane: boolean;
  readonly isReady: boolean;
  /** `topology.kubernetes.io/zone`. */
  readonly zone?: string;
  /** Its IP addresses and host names. */
  readonly addresses: readonly string[];
  /** `v1.34.1`. */
  readonly kubeletVersion: string;
}

/** One pod of a component. */
export interface ComponentReplica {
  readonly component: ComponentName;
  readonly pod: string;
  readonly node?: string;
  /** A static pod: the kubelet runs it from a file on its node. */
  readonly isStatic: boolean;
  readonly isReady: boolean;
  readonly image: string;
  /** The image's tag when it is a version, such as `v1.34.1`. */
  readonly version?: string;
  /** Its arguments that matter, by name without the dashes. */
  readonly flags: Readonly<Record<string, string>>;
}

/** A Lease of kube-system for which the replicas of a component compete (coordination.k8s.io/v1). */
export interface LeaderLease {
  readonly component: LedComponent;
  /** Empty when it was given back. */
  readonly holder: string;
  /** The node whose name the holder's begins with. */
  readonly node?: string;
  readonly acquiredAtMs?: number;
  readonly renewedAtMs?: number;
  readonly leaseDurationMs: number;
  readonly transitions: number;
}

/** An address of the Service `default/kubernetes`. */
export interface ApiServerAddress {
  readonly address: string;
  readonly port: number;
}

/** How an API server's address answered. */
export interface ApiServerHealth extends ApiServerAddress {
  readonly isReachable: boolean;
  /** `readyz` answered 200; absent when it may not be asked without a token, or did not answer. */
  readonly isReady?: boolean;
  readonly certificateEndsAtMs?: number;
  /** Why it is not reachable or not ready. */
  readonly error?: string;
}

/** Who reaches the API servers by which address. */
export interface ApiClient {
  readonly client: 'kubelets' | 'kube-proxy' | 'kube-controller-manager' | 'kube-scheduler';
  /** Host and port. */
  readonly server: Told<string>;
}

/** What stands before the API servers. */
export interface LoadBalancer {
  /** kubeadm's `controlPlaneEndpoint`; undefined when it has none. */
  readonly endpoint: Told<string | undefined>;
  /** Pods of kube-vip, keepalived, HAProxy in kube-system, and who holds kube-vip's Lease. */
  readonly pods: readonly { readonly kind: string; readonly pod: string; readonly node?: string }[];
  readonly virtualIpHolder: Told<string | undefined>;
}

/** All that is known of a cluster's control plane at a moment. */
export interface ControlPlaneFacts {
  /** Whose managed cluster it is. */
  readonly managedBy?: 'EKS' | 'GKE' | 'AKS';
  readonly nodes: Told<readonly ControlPlaneNode[]>;
  readonly replicas: Told<readonly ComponentReplica[]>;
  readonly leases: readonly { readonly component: LedComponent; readonly lease: Told<LeaderLease | undefined> }[];
  readonly addresses: Told<readonly ApiServerAddress[]>;
  readonly health: readonly ApiServerHealth[];
  readonly loadBalancer: LoadBalancer;
  readonly clients: readonly ApiClient[];
}

/** The value, or nothing when it is unknown. */
export function valueOf<T>(told: Told<T>): T | undefined {
  return 'value' in told ? told.value : undefined;
}
