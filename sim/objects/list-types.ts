/** What tells the items of a list apart: fields of theirs, or their whole value. A list that is neither is one whole. */
export type ListType = readonly string[] | 'value' | undefined;

/** From the OpenAPI document of Kubernetes 1.34 (`x-kubernetes-list-map-keys`, `x-kubernetes-patch-merge-key`), as far as the stacks use it. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  imagePullSecrets: ['name'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  conditions: ['type'],
  ownerReferences: ['uid'],
  secrets: ['name'],
};
/** Maps that are one whole (`x-kubernetes-map-type: atomic`). */
const WHOLE = [
  'selector',
  'podSelector',
  'namespaceSelector',
  'labelSelector',
  'nodeSelector',
  'roleRef',
  'fieldRef',
].concat(['resourceFieldRef', 'configMapKeyRef', 'secretKeyRef']);

/** @param path the fields' names from the object's root; items of lists have none */
export function listTypeOf(kind: string, path: readonly string[]): ListType {
  const name = path.at(-1) ?? '';
  if (name === 'finalizers' && path[0] === 'metadata') return 'value';
  if (name !== 'ports') return Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
  if (kind === 'Service' && path.length === 2) return ['port', 'protocol'];
  return path.at(-2)?.endsWith('ontainers') ? ['containerPort', 'protocol'] : undefined;
}

/** Whether a map is one whole, which has one owner. */
export function isWhole(path: readonly string[]): boolean {
  return WHOLE.includes(path.at(-1) ?? '');
}

/** The key fields of an item, in the order of their names; the protocol of a port is TCP unless said. */
export function keyOf(item: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> {
  const fields = item as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    keys.toSorted().map((name) => [name, fields[name] ?? (name === 'protocol' ? 'TCP' : undefined)]),
  );
}
