import type { KnownKind } from './known-kind.js';
import type { ManifestObject } from './manifest-object.js';
import type { PolicyRule } from './policy-rule.js';
import type { RenderedStack } from './rendered-stack.js';
import { rightsFor } from './rights-of.js';

/** The ConfigMap that stands for a release in its namespace: the parent of its ApplySet. */
export const releaseParentName = (release: string): string => `quartermaster-release-${release}`;

/** What Quartermaster needs for a release as a whole: for its objects, the Secrets of its secret parameters, and the ConfigMap that stands for it. */
export function rightsOfRelease(
  { objects, secrets }: RenderedStack,
  { release, namespace }: { readonly release: string; readonly namespace: string },
  kinds: readonly KnownKind[],
): readonly PolicyRule[] {
  const own = (kind: string, name: string): ManifestObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace },
  });
  const parent = own('ConfigMap', releaseParentName(release));
  return rightsFor([...objects, ...secrets.map(({ secret }) => own('Secret', secret)), parent], kinds);
}
