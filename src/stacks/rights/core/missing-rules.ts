import type { PolicyRule } from '../../core/policy-rule.js';

/** One thing that may not be done. */
export interface MissingRight {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly namespace?: string;
  /** Absent: it is not a right to a single object. */
  readonly name?: string;
}

/** The rules of RBAC that give what is missing, and no more: one for each resource, place and set of verbs. */
export function missingRules(missing: readonly MissingRight[]): readonly PolicyRule[] {
  const byObject = new Map<string, { right: MissingRight; verbs: Set<string> }>();
  for (const right of missing) {
    const key = JSON.stringify([right.group, right.resource, right.namespace, right.name]);
    const row = byObject.get(key) ?? { right, verbs: new Set() };
    byObject.set(key, row);
    row.verbs.add(right.verb);
  }
  const byVerbs = Map.groupBy(byObject.values(), ({ right: { group, resource, namespace, name }, verbs }) =>
    JSON.stringify([group, resource, namespace, name === undefined, [...verbs].sort()]),
  );
  return [...byVerbs.values()].map((rows) => {
    const [first] = rows;
    if (!first) throw new Error('A group has at least one row');
    const names = rows.flatMap(({ right: { name } }) => name ?? []).sort();
    return {
      apiGroups: [first.right.group],
      resources: [first.right.resource],
      ...(names.length === 0 ? {} : { resourceNames: names }),
      verbs: [...first.verbs].sort(),
      ...(first.right.namespace === undefined ? {} : { namespace: first.right.namespace }),
    };
  });
}

/** A rule as it is written in a Role or ClusterRole, on one line (YAML's flow style), and in which of the two. */
export function ruleText({ namespace, ...rule }: PolicyRule): string {
  const place = namespace === undefined ? 'a ClusterRole' : `a Role of the namespace ${namespace}`;
  const fields = Object.entries(rule).map(([name, values]) => `${name}: ${JSON.stringify(values)}`);
  return `in ${place}: {${fields.join(', ')}}`;
}
