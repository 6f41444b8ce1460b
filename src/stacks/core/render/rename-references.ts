/** A field that names an object: of `{ secretKeyRef: { name } }` the kind is `Secret`. */
const BY_FIELD: Readonly<Record<string, readonly [field: string, kind: string]>> = {
  configMap: ['name', 'ConfigMap'],
  configMapKeyRef: ['name', 'ConfigMap'],
  configMapRef: ['name', 'ConfigMap'],
  secret: ['name', 'Secret'],
  secretKeyRef: ['name', 'Secret'],
  secretRef: ['name', 'Secret'],
  persistentVolumeClaim: ['claimName', 'PersistentVolumeClaim'],
  service: ['name', 'Service'],
};

/** A text that is itself the name of an object. */
const BY_TEXT: Readonly<Record<string, string>> = {
  serviceAccountName: 'ServiceAccount',
  serviceName: 'Service',
  priorityClassName: 'PriorityClass',
  ingressClassName: 'IngressClass',
  storageClassName: 'StorageClass',
  secretName: 'Secret',
};

/** Where the kind stands beside the name. */
const BY_KIND = new Set(['roleRef', 'scaleTargetRef', 'subjects']);

/** Maps whose keys and values are free. */
const FREE = new Set(['annotations', 'data', 'labels', 'matchLabels', 'stringData']);

/** The name that an object of the stack has in a release, or undefined for objects that are not the stack's. */
export type NameOf = (kind: string, name: string) => string | undefined;

/**
 * A document whose references to objects of its stack have the names of a release, and whose service accounts and services that are referred to across namespaces
 * have its namespace. References to other objects stay. Source: the fields of Kubernetes 1.34 that name an object; kustomize has such a table too. Names in free text
 * (environment variables, arguments) are set by `nameOf` rules of `stack.yaml`.
 */
export function renameReferences(node: unknown, nameOf: NameOf, namespace: string): unknown {
  if (Array.isArray(node)) return node.map((item: unknown) => renameReferences(item, nameOf, namespace));
  if (!isTree(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, renamed(key, value, nameOf, namespace)]));
}

function renamed(key: string, value: unknown, nameOf: NameOf, namespace: string): unknown {
  if (FREE.has(key)) return value;
  if (BY_KIND.has(key)) return Array.isArray(value) ? value.map(byKind) : byKind(value);
  const inner = renameReferences(value, nameOf, namespace);
  if (typeof inner === 'string') return (BY_TEXT[key] === undefined ? undefined : nameOf(BY_TEXT[key], inner)) ?? inner;
  const row = BY_FIELD[key];
  if (row === undefined || !isTree(inner)) return inner;
  const [field, kind] = row;
  const written = inner[field];
  const name = typeof written === 'string' ? nameOf(kind, written) : undefined;
  if (name === undefined) return inner;
  return { ...inner, [field]: name, ...('namespace' in inner ? { namespace } : {}) };

  function byKind(reference: unknown): unknown {
    if (!isTree(reference)) return reference;
    const { kind, name } = reference;
    const own = typeof kind === 'string' && typeof name === 'string' ? nameOf(kind, name) : undefined;
    if (own === undefined) return reference;
    return { ...reference, name: own, ...(kind === 'ServiceAccount' ? { namespace } : {}) };
  }
}

function isTree(node: unknown): node is Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
