/**
 * What the kubelet says of thresholds and ages: the constructors of its two collectors stop at the first fault, the validation of its
 * configuration tells all (pkg/kubelet/images, pkg/kubelet/container, pkg/kubelet/apis/config/validation; 1.29 to 1.35).
 */
import type { ContainerLimits } from './plan-container-gc.js';
import type { KubeletImagePolicy } from './plan-image-gc.js';

export type KubeletPolicyFault =
  | 'HIGH_RANGE'
  | 'LOW_RANGE'
  | 'LOW_ABOVE_HIGH'
  | 'LOW_NOT_BELOW_HIGH'
  | 'MAX_AGE_NEGATIVE'
  | 'MAX_AGE_NOT_ABOVE_MIN'
  | 'MIN_AGE_NEGATIVE';

/** The constructor of the collector of images: at most one fault. Equal marks pass. */
export function checkImageCollector({
  highThresholdPercent,
  lowThresholdPercent,
}: KubeletImagePolicy): KubeletPolicyFault[] {
  if (!isPercent(highThresholdPercent)) return ['HIGH_RANGE'];
  if (!isPercent(lowThresholdPercent)) return ['LOW_RANGE'];
  return lowThresholdPercent > highThresholdPercent ? ['LOW_ABOVE_HIGH'] : [];
}

/** The validation of the kubelet's configuration: all faults. Equal marks do not pass. */
export function checkImageConfig(policy: KubeletImagePolicy): KubeletPolicyFault[] {
  const { highThresholdPercent, lowThresholdPercent, minAgeMs, maxAgeMs } = policy;
  const faults: KubeletPolicyFault[] = [];
  if (!isPercent(highThresholdPercent)) faults.push('HIGH_RANGE');
  if (!isPercent(lowThresholdPercent)) faults.push('LOW_RANGE');
  if (lowThresholdPercent >= highThresholdPercent) faults.push('LOW_NOT_BELOW_HIGH');
  if (maxAgeMs < 0) faults.push('MAX_AGE_NEGATIVE');
  if (maxAgeMs > 0 && maxAgeMs <= minAgeMs) faults.push('MAX_AGE_NOT_ABOVE_MIN');
  return faults;
}

/** The constructor of the collector of containers; negative counts are no limit. */
export function checkContainerCollector({ minAgeMs }: ContainerLimits): KubeletPolicyFault[] {
  return minAgeMs < 0 ? ['MIN_AGE_NEGATIVE'] : [];
}

/** Whether the kubelet collects images at all: a high mark of 100 stops it only where there is no maximum age. */
export function startsImageLoop({
  highThresholdPercent,
  maxAgeMs,
}: Pick<KubeletImagePolicy, 'highThresholdPercent' | 'maxAgeMs'>): boolean {
  return highThresholdPercent !== 100 || maxAgeMs > 0;
}

function isPercent(value: number): boolean {
  return value >= 0 && value <= 100;
}
