import { isDeepEqual } from './is-deep-equal.js';
import type { ManifestObject } from './manifest-object.js';
import { isObject, readField, readList, readText } from './read-field.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A manifest without the fields that a field manager has applied to the live object, so that applying the manifest leaves them to it. Maps that have nothing else go too; items of lists stay,
 * with the fields that tell them apart.
 * @param live with its managed fields (`FieldsV1`, as `ManagedFields` reads them); undefined: nothing is left out
 */
export function withoutFieldsOf(
  manager: string,
  object: ManifestObject,
  live: ManifestObject | undefined,
): ManifestObject {
  let left: unknown = object;
  for (const entry of readList(live, 'metadata', 'managedFields')) {
    const isMeant = readText(entry, 'manager') === manager && readText(entry, 'subresource') === '';
    const owned = readField(entry, 'fieldsV1');
    if (isMeant && isObject(owned)) left = without(left, owned);
  }
  return left as ManifestObject;
}

function without(value: unknown, owned: Fields, keys: Fields = {}): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutInItem(item, owned));
  if (!isObject(value)) return value;
  const left = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const below = owned[`f:${name}`];
    if (!isObject(below) || Object.hasOwn(keys, name)) return [[name, inner]];
    const rest = isLeaf(below) ? undefined : without(inner, below);
    const isGone = rest === undefined || (isEmpty(rest) && !isEmpty(inner));
    return isGone ? [] : [[name, rest]];
  });
  return Object.fromEntries(left);
}

/** Of a list whose items are told apart by fields; of others nothing is taken. */
function withoutInItem(item: unknown, owned: Fields): unknown {
  for (const [name, below] of Object.entries(owned)) {
    if (!name.startsWith('k:') || !isObject(below)) continue;
    const keys = JSON.parse(name.slice(2)) as Fields;
    if (Object.entries(keys).every(([key, value]) => isDeepEqual(readField(item, key), value)))
      return without(item, below, keys);
  }
  return item;
}

function isLeaf(owned: Fields): boolean {
  return Object.keys(owned).length === 0;
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
