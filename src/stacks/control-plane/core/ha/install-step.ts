/** What agents install: an instance of a component on a node. */
export const INSTALLABLE = ['kube-controller-manager', 'kube-scheduler', 'kube-vip'] as const;
export type Installable = (typeof INSTALLABLE)[number];

/** One manifest of one node. */
export interface InstallStep {
  readonly node: string;
  readonly component: Installable;
  /** In the agent's folder of static pods. */
  readonly fileName: string;
  /** YAML. */
  readonly manifest: string;
  /** What the manifest says of itself, by which its pod is known. */
  readonly digest: string;
  readonly mustExist: readonly string[];
}

/** An instance that was installed, to be taken away again. */
export type RemovalStep = Pick<InstallStep, 'node' | 'component' | 'fileName' | 'digest'>;
