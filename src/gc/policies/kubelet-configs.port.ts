import type { KubeletMarks } from '../core/advise-marks.js';

/** When a kubelet itself collects images and evicts pods: of the file system that holds images, in percent. */
export type KubeletThresholds = Pick<KubeletMarks, 'evictionFreePercent'> & {
  readonly marks: Exclude<KubeletMarks['marks'], 'unknown'>;
};

/** The kubelets' own configuration. */
export abstract class KubeletConfigs {
  /**
   * What a node's kubelet is configured with; undefined where it cannot be known: the right to `nodes/configz` is missing, or the kubelet does
   * not answer.
   */
  abstract thresholds(node: string, signal: AbortSignal): Promise<KubeletThresholds | undefined>;
}
