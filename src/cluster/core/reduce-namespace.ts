import type { ClusterNamespace } from './cluster-objects.js';
import type { Interner } from './interner.js';
import { labelsOf, millis, type RawObject } from './raw-object.js';

interface RawNamespace extends RawObject {
  readonly status?: { readonly phase?: string };
}

/** A `v1.Namespace` as the API server sends it, to what is kept of it; undefined when it has no name. */
export function reduceNamespace(raw: unknown, interner: Interner): ClusterNamespace | undefined {
  const { metadata = {}, status } = raw as RawNamespace;
  if (!metadata.name) return undefined;
  return {
    name: interner.text(metadata.name),
    uid: metadata.uid ?? '',
    phase: interner.text(status?.phase ?? 'Active'),
    createdAtMs: millis(metadata.creationTimestamp) ?? 0,
    labels: labelsOf(metadata, interner),
  };
}
