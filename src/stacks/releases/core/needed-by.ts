import { groupOf, type ManifestObject } from '../../core/manifest-object.js';
import { readText } from '../../core/read-field.js';

const RBAC = 'rbac.authorization.k8s.io';

/**
 * What of a set an object's dry run may have been refused for want of, as a dry run does not see what comes with the same set; none when the refusal is about something else:
 *
 * - a binding is not found (404) while its role is not there, for callers without `bind` (kube-apiserver `registry/rbac/rolebinding/policybased`, v1.34);
 * - a pod is refused (403) while its service account or priority class is not there;
 * - a custom object has fields that only the definition in the set declares.
 *
 * @param reason `ObjectRefusedError.reason`
 */
export function neededBy(
  object: ManifestObject,
  reason: string,
  members: readonly ManifestObject[],
): readonly ManifestObject[] {
  return members.filter((other) => isNeeded(object, reason, other));
}

function isNeeded(object: ManifestObject, reason: string, other: ManifestObject): boolean {
  switch (kindKey(object)) {
    case `${RBAC}/RoleBinding`:
    case `${RBAC}/ClusterRoleBinding`:
      return reason === 'not-served' && groupOf(other.apiVersion) === RBAC && isNamed(object, other, 'roleRef');
    case '/Pod':
      return (
        reason === 'admission' &&
        ((kindKey(other) === '/ServiceAccount' &&
          other.metadata.namespace === object.metadata.namespace &&
          other.metadata.name === readText(object, 'spec', 'serviceAccountName')) ||
          (other.kind === 'PriorityClass' && other.metadata.name === readText(object, 'spec', 'priorityClassName')))
      );
    default:
      return reason === 'invalid' && definedKind(other).includes(kindKey(object));
  }
}

function isNamed(object: ManifestObject, { kind, metadata: { name, namespace } }: ManifestObject, by: string): boolean {
  return (
    kind === readText(object, by, 'kind') &&
    name === readText(object, by, 'name') &&
    (namespace === undefined || namespace === object.metadata.namespace)
  );
}

/** `apps/Deployment`, `/Pod`. */
export function kindKey({ apiVersion, kind }: Pick<ManifestObject, 'apiVersion' | 'kind'>): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

/** The kind that an object defines, as `kindKey` has it; none unless it is a CustomResourceDefinition. */
export function definedKind(object: ManifestObject): readonly string[] {
  if (object.kind !== 'CustomResourceDefinition') return [];
  return [`${readText(object, 'spec', 'group')}/${readText(object, 'spec', 'names', 'kind')}`];
}
