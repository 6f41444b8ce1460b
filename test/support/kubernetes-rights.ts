import type { KubernetesObject } from '@kubernetes/client-node';

const RBAC = 'rbac.authorization.k8s.io';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** A ClusterRole. */
export function clusterRole(name: string, rules: readonly Rule[]): KubernetesObject & { rules: readonly Rule[] } {
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

/** Gives a ClusterRole of the same name to a service account: in one namespace, or everywhere when none is named. */
export function binding(
  name: string,
  account: { namespace: string; name: string },
  namespace?: string,
): KubernetesObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  } as KubernetesObject;
}
