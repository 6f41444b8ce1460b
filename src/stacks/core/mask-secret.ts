import type { Step } from './field-path.js';
import type { ManifestObject } from './manifest-object.js';
import { isObject } from './read-field.js';

/** What stands for a Secret's value wherever one would be shown. */
export const HIDDEN = '(hidden)';

const DATA = ['data', 'stringData'];
/** `kubectl apply` keeps the whole manifest in it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object with each of its values hidden, keys alone shown, when it is a Secret. */
export function maskSecret(object: ManifestObject): ManifestObject {
  return isSecret(object) ? (maskAt([], object) as ManifestObject) : object;
}

export function isSecret({ apiVersion, kind }: Pick<ManifestObject, 'apiVersion' | 'kind'>): boolean {
  return apiVersion === 'v1' && kind === 'Secret';
}

/** A Secret's value that stands at a path, with what is secret in it hidden. */
export function maskAt(path: readonly Step[], value: unknown): unknown {
  if (value === undefined) return undefined;
  const [first, second, third] = path.map((step) => ('field' in step ? step.field : ''));
  if (first === undefined) return mapFields(value, (name, field) => maskAt([{ field: name }], field));
  if (DATA.includes(first)) return second === undefined ? mapFields(value, () => HIDDEN) : HIDDEN;
  if (first !== 'metadata' || (second !== undefined && second !== 'annotations')) return value;
  if (third !== undefined) return third === LAST_APPLIED ? HIDDEN : value;
  return mapFields(value, (name, field) => maskAt([...path, { field: name }], field));
}

function mapFields(value: unknown, map: (name: string, field: unknown) => unknown): unknown {
  if (!isObject(value)) return HIDDEN;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, map(name, field)]));
}
