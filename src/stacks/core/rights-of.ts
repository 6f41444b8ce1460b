import { findKind } from './find-kind.js';
import type { KnownKind } from './known-kind.js';
import { groupOf, refOf, refText, type ManifestObject } from './manifest-object.js';
import type { PolicyRule } from './policy-rule.js';

/** What server-side apply, comparing, waiting, pruning and removing take: nothing is listed (`docs/decisions/release-rights.md`). An apply that creates is reviewed as `create` of that name. */
const BY_NAME = ['get', 'create', 'patch', 'delete'];

/**
 * The rights that Quartermaster itself needs to deploy objects, compare them with what is there and remove them: exactly these names, never a wildcard. It has no
 * `escalate` and no `bind`, so for Roles and ClusterRoles it needs every right that they grant as well, where they grant it.
 *
 * @throws Error when an object's kind is not among `kinds`
 */
export function rightsFor(objects: readonly ManifestObject[], kinds: readonly KnownKind[]): readonly PolicyRule[] {
  const own = new Map<string, { apiGroup: string; resource: string; namespace?: string; names: Set<string> }>();
  for (const object of objects) {
    const kind = findKind(kinds, object);
    if (!kind) throw new Error(`No kind ${object.apiVersion} ${object.kind} is known: ${refText(refOf(object))}`);
    const { namespace } = object.metadata;
    const place = kind.isNamespaced && namespace !== undefined ? { namespace } : {};
    const key = JSON.stringify([groupOf(object.apiVersion), kind.plural, place.namespace]);
    const row = own.get(key) ?? {
      apiGroup: groupOf(object.apiVersion),
      resource: kind.plural,
      ...place,
      names: new Set(),
    };
    own.set(key, row);
    row.names.add(object.metadata.name);
  }
  const direct = [...own.values()].map(({ apiGroup, resource, names, ...place }) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    ...place,
    resourceNames: [...names].sort(),
    verbs: BY_NAME,
  }));
  return withoutRepeats([...direct, ...objects.flatMap(grantedBy)]);
}

/** What a Role grants, where it grants it. */
function grantedBy(object: ManifestObject): PolicyRule[] {
  if (groupOf(object.apiVersion) !== 'rbac.authorization.k8s.io' || !/^(?:Cluster)?Role$/.test(object.kind)) return [];
  const { namespace } = object.metadata;
  const place = object.kind === 'Role' && namespace !== undefined ? { namespace } : {};
  return ((object['rules'] ?? []) as readonly PolicyRule[]).map((rule) => ({ ...rule, ...place }));
}

function withoutRepeats(rules: readonly PolicyRule[]): PolicyRule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
