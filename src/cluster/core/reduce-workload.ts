import type { WorkloadObject } from './cluster-objects.js';
import type { Interner } from './interner.js';
import { labelsOf, millis, ownerOf, type RawObject } from './raw-object.js';

interface RawWorkload extends RawObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly desiredNumberScheduled?: number };
}

/**
 * A Deployment, ReplicaSet, StatefulSet, DaemonSet, Job or CronJob (or the metadata of one) to what is kept of it; undefined when it has
 * no name or namespace.
 */
export function reduceWorkload(kind: string, raw: unknown, interner: Interner): WorkloadObject | undefined {
  const { metadata = {}, spec, status } = raw as RawWorkload;
  if (!metadata.name || !metadata.namespace) return undefined;
  const owner = ownerOf(metadata, interner);
  const desiredPods = spec?.replicas ?? status?.desiredNumberScheduled;
  return {
    kind,
    namespace: interner.text(metadata.namespace),
    name: metadata.name,
    uid: metadata.uid ?? '',
    createdAtMs: millis(metadata.creationTimestamp) ?? 0,
    labels: labelsOf(metadata, interner),
    ...(owner ? { owner } : {}),
    ...(desiredPods === undefined ? {} : { desiredPods }),
  };
}
