import type { ObjectSelector } from '../metric-store.port.js';

/**
 * What exists in the cluster at this moment, from memory: something that was made a second ago has no samples yet, and is not unknown.
 *
 * Contract: decides on `type`, `namespace`, `visibleNamespaces`, `node`, `workload`, `pod` and `container` of a selector; whatever it cannot tell
 * (`resource`, `sys_container`, a cluster that was not listed yet) is false.
 */
export abstract class LiveObjects {
  abstract has(select: ObjectSelector): boolean;
  /** About how many objects match, at least 1: what reading them costs is judged by it. Labels are looked at, resources are not. */
  abstract count(select: ObjectSelector): number;
}
