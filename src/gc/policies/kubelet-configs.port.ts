/** When a kubelet itself collects images: of the file system that holds them, in percent. */
export interface KubeletThresholds {
  readonly highPercent: number;
  readonly lowPercent: number;
}

/** The kubelets' own configuration. */
export abstract class KubeletConfigs {
  /**
   * What a node's kubelet is configured with; undefined where it cannot be known: the right to `nodes/configz` is missing, or the kubelet does
   * not answer.
   */
  abstract thresholds(node: string, signal: AbortSignal): Promise<KubeletThresholds | undefined>;
}
