import { isDeepEqual } from './is-deep-equal.js';
import type { Step } from './field-path.js';
import type { ManifestObject } from './manifest-object.js';
import { isObject, readField, readList, readText } from './read-field.js';

interface Manager {
  readonly name: string;
  readonly fields: unknown;
}

/**
 * Who owns which fields of an object, and by which keys the API server tells the items of its lists apart: read from `metadata.managedFields` (`FieldsV1`: `f:` a field, `k:` an item by its
 * keys, `v:` an item by its value, `.` the thing itself; sigs.k8s.io/structured-merge-diff v6, `fieldpath/serialize-pe.go`). What owns the status alone is left out.
 */
export class ManagedFields {
  private readonly managers: readonly Manager[];

  constructor(objects: readonly (ManifestObject | undefined)[]) {
    this.managers = objects.flatMap((object) =>
      readList(object, 'metadata', 'managedFields')
        .filter((entry) => readText(entry, 'subresource') !== 'status')
        .map((entry) => ({ name: readText(entry, 'manager'), fields: readField(entry, 'fieldsV1') })),
    );
  }

  /** The fields that tell the items of a list apart; `'value'` when the items themselves do; undefined for a list that is one whole. */
  keysOf(path: readonly Step[]): readonly string[] | 'value' | undefined {
    for (const { fields } of this.managers) {
      const node = descend(fields, path);
      if (!isObject(node)) continue;
      for (const name of Object.keys(node)) {
        if (name.startsWith('k:')) return Object.keys(JSON.parse(name.slice(2)) as object);
        if (name.startsWith('v:')) return 'value';
      }
    }
    return undefined;
  }

  /** The managers of a field, or of the whole that it is part of, `, ` between them; undefined when it has none, as a default. */
  ownerOf(path: readonly Step[]): string | undefined {
    const names = this.managers.filter(({ fields }) => owns(fields, path)).map(({ name }) => name);
    return names.length === 0 ? undefined : [...new Set(names)].join(', ');
  }
}

function owns(fields: unknown, path: readonly Step[]): boolean {
  let node = fields;
  for (const [index, step] of path.entries()) {
    if (!isObject(node)) return false;
    if (index > 0 && Object.keys(node).length === 0) return true; // a whole that has one owner
    node = child(node, step);
  }
  return node !== undefined;
}

function descend(fields: unknown, path: readonly Step[]): unknown {
  let node = fields;
  for (const step of path) node = child(node, step);
  return node;
}

function child(node: unknown, step: Step): unknown {
  if ('field' in step) return readField(node, `f:${step.field}`);
  if ('index' in step || !isObject(node)) return undefined;
  const [prefix, wanted] = 'key' in step ? ['k:', step.key] : ['v:', step.value];
  const name = Object.keys(node).find(
    (known) => known.startsWith(prefix) && isDeepEqual(JSON.parse(known.slice(prefix.length)), wanted),
  );
  return name === undefined ? undefined : node[name];
}
