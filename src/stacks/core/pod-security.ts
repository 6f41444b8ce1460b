import type { ManifestObject } from './manifest-object.js';
import { baselineFaults } from './pod-security-baseline.js';
import type { PodFields, PodSecurityFault } from './pod-security-fields.js';
import { restrictedFaults } from './pod-security-restricted.js';
import { podSpecOf } from './pod-spec-of.js';

/** Which Pod Security Standard the pods of an object pass, and where they fail the stricter ones. */
export interface PodSecurity {
  readonly level: 'restricted' | 'baseline' | 'privileged';
  readonly faults: readonly PodSecurityFault[];
}

/**
 * The Pod Security Standard that an object's pods pass; undefined when it makes no pods. Source: "Pod Security Standards" of Kubernetes 1.34, for Linux pods
 * (what it allows pods of Windows to leave out is asked of them too).
 */
export function podSecurityOf(object: ManifestObject): PodSecurity | undefined {
  const spec = podSpecOf(object) as PodFields | undefined;
  if (!spec) return undefined;
  const baseline = baselineFaults(spec);
  const restricted = restrictedFaults(spec);
  const level = baseline.length > 0 ? 'privileged' : restricted.length > 0 ? 'baseline' : 'restricted';
  return { level, faults: [...baseline, ...restricted] };
}
