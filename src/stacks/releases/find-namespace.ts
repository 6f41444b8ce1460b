import type { ManifestObject } from '../core/manifest-object.js';
import type { ClusterObjects } from '../objects/cluster-objects.port.js';

/** A namespace as it is live, or undefined: by a list, which Quartermaster may always make, where a `get` would take a right of its own. */
export async function findNamespace(objects: ClusterObjects, name: string): Promise<ManifestObject | undefined> {
  const found = await objects.list({ apiVersion: 'v1', kind: 'Namespace', fieldSelector: `metadata.name=${name}` });
  return found.find(({ metadata }) => metadata.name === name);
}
