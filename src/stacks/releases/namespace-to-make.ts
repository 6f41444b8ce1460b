import type { ManifestObject } from '../core/manifest-object.js';
import { membershipOf, type SetOwner } from './apply-set.js';
import { asMember } from './core/as-member.js';

/**
 * A release's namespace as it is made for it: when there is none, and none comes with the release itself.
 * @param live what there is of it
 */
export function namespaceToMake(
  live: ManifestObject | undefined,
  release: SetOwner,
  members: readonly ManifestObject[],
): ManifestObject | undefined {
  const isIt = ({ kind, metadata: { name } }: ManifestObject): boolean =>
    kind === 'Namespace' && name === release.namespace;
  if (live || members.some(isIt)) return undefined;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: release.namespace } };
  return asMember(namespace, membershipOf(release));
}
