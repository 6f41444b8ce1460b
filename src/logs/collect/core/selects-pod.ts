import type { ClusterPod } from '../../../cluster/core/cluster-objects.js';
import type { LabelPredicate } from '../../../core/label-selector.js';

/** What is collected. */
export interface PodSelection {
  readonly isOff: boolean;
  /** Absent: all. */
  readonly namespaces?: readonly string[];
  readonly notNamespaces: readonly string[];
  readonly matchesLabels?: LabelPredicate;
}

/** Whether a pod's logs are collected. Its annotation `quartermaster.io/logs: "false"` holds whatever else is said. */
export function selectsPod(selection: PodSelection, pod: ClusterPod): boolean {
  const { isOff, namespaces, notNamespaces, matchesLabels } = selection;
  return (
    !isOff &&
    pod.logsAnnotation !== 'false' &&
    (namespaces === undefined || namespaces.includes(pod.namespace)) &&
    !notNamespaces.includes(pod.namespace) &&
    (matchesLabels === undefined || matchesLabels(pod.labels))
  );
}
