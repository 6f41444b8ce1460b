import type { ManifestObject } from './manifest-object.js';
import type { PolicyRule } from './policy-rule.js';

const API = 'rbac.authorization.k8s.io';

/** Who is given rights. */
export interface ServiceAccountRef {
  readonly namespace: string;
  readonly name: string;
}

/** Rules as a ClusterRole for those of the whole cluster and a Role for each namespace, each with its binding. */
export function rolesFor(name: string, rules: readonly PolicyRule[], account: ServiceAccountRef): ManifestObject[] {
  const places = [...new Set(rules.map(({ namespace }) => namespace))];
  return places.flatMap((namespace) => {
    const kind = namespace === undefined ? 'ClusterRole' : 'Role';
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    const here = rules.filter((rule) => rule.namespace === namespace).map(withoutNamespace);
    return [
      { apiVersion: `${API}/v1`, kind, metadata, rules: here },
      {
        apiVersion: `${API}/v1`,
        kind: `${kind}Binding`,
        metadata,
        roleRef: { apiGroup: API, kind, name },
        subjects: [{ kind: 'ServiceAccount', ...account }],
      },
    ];
  });
}

/** A rule as a Role has it: where it holds is said by the Role. */
function withoutNamespace({ namespace: _namespace, ...rule }: PolicyRule): Omit<PolicyRule, 'namespace'> {
  return rule;
}
