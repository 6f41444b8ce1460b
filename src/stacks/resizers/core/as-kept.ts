import type { ManagedResource } from './resizer-spec.js';

const MILLI = 1_000_000n;
const WHOLE = 1_000_000_000n;

/**
 * An amount as the API server keeps it: CPU in whole thousandths of a core, rounded up (k8s.io/kubernetes pkg/apis/core/v1/defaults.go, `SetDefaults_ResourceList`). Bytes in whole ones, since a part of a byte is
 * no memory. What is compared with a live object must be rounded like it, or it would be changed again and again.
 */
export function asKept(resource: ManagedResource, nanos: bigint): bigint {
  const unit = resource === 'cpu' ? MILLI : WHOLE;
  return ((nanos + unit - 1n) / unit) * unit;
}
