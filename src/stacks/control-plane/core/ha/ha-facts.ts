import type { ApiServerAddress, ComponentName, Told } from '../control-plane-facts.js';
import type { Flag } from '../parse-flags.js';

/** A path of the node that a container sees. */
export interface HostMount {
  /** Of the volume. */
  readonly name: string;
  readonly path: string;
  readonly mountPath: string;
  /** `hostPath.type`, such as `File`; absent: nothing is checked. */
  readonly type?: string;
  readonly readOnly: boolean;
}

/** What a component is run from: all of it that is the same on every node. */
export interface ComponentSource {
  readonly image: string;
  readonly flags: readonly Flag[];
  readonly mounts: readonly HostMount[];
}

/** A pod of a component, with all that a manifest of another one is made of. */
export interface RunningComponent extends ComponentSource {
  readonly component: ComponentName;
  readonly node: string;
  readonly isReady: boolean;
}

/** A node of the cluster. */
export interface HaNode {
  readonly name: string;
  /** Its `InternalIP`. */
  readonly address?: string;
}

/** What is known of a cluster before its control plane is given more nodes. */
export interface HaFacts {
  readonly nodes: readonly HaNode[];
  /** Pods of kube-system, the ready ones first, by node. */
  readonly running: readonly RunningComponent[];
  /** kubeadm's own configuration: undefined when kubeadm did not make the cluster. */
  readonly kubeadm: Told<{ readonly endpoint?: string } | undefined>;
  readonly apiServers: readonly ApiServerAddress[];
}
