import { isDeepStrictEqual } from 'node:util';
import { type FieldSet, fieldsOf, readFields, writeFields } from './field-set.js';
import { at, isJson, type Json, withAt } from './json.js';
import { mergeApplied } from './merge-applied.js';
import { removeField } from './remove-field.js';

/** An entry of `metadata.managedFields`. */
interface Entry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: Json;
}

export interface Writer {
  readonly manager: string;
  /** RFC 3339. */
  readonly time: string;
}

/** A field that another manager owns, as the API server writes it: `.spec.replicas`. */
export interface Conflict {
  readonly manager: string;
  readonly field: string;
}

/** What applying comes to: with conflicts nothing is changed. */
export interface Applied {
  readonly object: Json;
  readonly conflicts: readonly Conflict[];
}

type Owned = Omit<Entry, 'fieldsV1'> & { readonly fields: FieldSet };

/**
 * Server-side apply: sets the fields that are given, takes away those that this manager gave before and no longer does (unless another owns them too), and keeps who owns what.
 * A field that another manager owns with another value is a conflict, or with `force` taken over. A reduction of sigs.k8s.io/structured-merge-diff: no schema, one version.
 */
export function applyFields(live: Json | undefined, body: Json, by: Writer, force: boolean): Applied {
  const given = withoutEmptyLists(body) as Json;
  const kind = String(given['kind']);
  const apiVersion = String(given['apiVersion']);
  const wanted = fieldsOf(given, kind);
  const present = fieldsOf(live ?? {}, kind);
  const isOwn = (entry: Owned): boolean => entry.manager === by.manager && entry.operation === 'Apply';
  const entries = entriesOf(live);
  const own = entries.find(isOwn);
  const disputed = (key: string): boolean => {
    const [a, b] = [wanted.get(key), present.get(key)];
    return a !== undefined && !key.endsWith('\u0000.') && !isDeepStrictEqual(a.value, b?.value);
  };
  const others = entries.filter((entry) => !isOwn(entry));
  const conflicts = others.flatMap(({ manager, fields }) =>
    [...fields].flatMap(([key, { path }]) => (disputed(key) ? [{ manager, field: pathText(path) }] : [])),
  );
  if (conflicts.length > 0 && !force) return { object: live ?? {}, conflicts };
  const kept = others.map((entry) => ({ ...entry, fields: without(entry.fields, disputed) }));
  const merged = mergeApplied(live, given, kind);
  const object = dropLeft(merged, own?.fields, wanted, kept);
  const isSame = own !== undefined && isDeepStrictEqual([...own.fields.keys()].sort(), [...wanted.keys()].sort());
  const time = isSame ? own.time : by.time;
  const entry = {
    manager: by.manager,
    operation: 'Apply',
    apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fields: wanted,
  } as const;
  return { object: withManagers(object, [...kept, entry]), conflicts: [] };
}

/** The API server does not tell an empty list from one that is not there (`omitempty` of its types). */
function withoutEmptyLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyLists);
  if (!isJson(value)) return value;
  const kept = Object.entries(value).filter(([, field]) => !(Array.isArray(field) && field.length === 0));
  return Object.fromEntries(kept.map(([name, field]) => [name, withoutEmptyLists(field)]));
}

/** An update (`kubectl edit`, a controller): who changes a field owns it alone from then on. */
export function updateFields(live: Json, next: Json, by: Writer): Json {
  const kind = String(live['kind']);
  const [before, after] = [fieldsOf(live, kind), fieldsOf(next, kind)];
  const differs = (key: string): boolean =>
    !before.has(key) || !after.has(key) || !isDeepStrictEqual(before.get(key)?.value, after.get(key)?.value);
  const changed = new Map([...after].filter(([key]) => differs(key)));
  if (changed.size === 0 && [...before.keys()].every((key) => after.has(key))) return next;
  const isOwn = (entry: Owned): boolean => entry.manager === by.manager && entry.operation === 'Update';
  const entries = entriesOf(live).map((entry) => ({ ...entry, fields: without(entry.fields, differs) }));
  const fields = new Map([...(entries.find(isOwn)?.fields ?? []), ...changed]);
  const rest = entries.filter((entry) => !isOwn(entry));
  const entry = {
    ...by,
    operation: 'Update',
    apiVersion: String(live['apiVersion']),
    fieldsType: 'FieldsV1',
    fields,
  } as const;
  return withManagers(next, [...rest, entry]);
}

/** Takes away what this manager gave before and does not give now. */
function dropLeft(object: Json, before: FieldSet | undefined, wanted: FieldSet, others: readonly Owned[]): Json {
  const isOwned = (key: string, fields: FieldSet): boolean => {
    if (!key.endsWith('\u0000.')) return fields.has(key);
    const within = key.slice(0, -1);
    return [...fields.keys()].some((other) => other.startsWith(within));
  };
  const left = [...(before ?? [])]
    .filter(([key]) => !isOwned(key, wanted) && !others.some(({ fields }) => isOwned(key, fields)))
    .map(([, { path }]) => path)
    .sort((a, b) => b.length - a.length);
  return left.reduce<Json>((rest, path) => removeField(rest, path) as Json, object);
}

function entriesOf(object: Json | undefined): readonly Owned[] {
  const entries = (at(object, 'metadata', 'managedFields') ?? []) as readonly Entry[];
  return entries.map(({ fieldsV1, ...entry }) => ({ ...entry, fields: readFields(fieldsV1) }));
}

function withManagers(object: Json, entries: readonly Owned[]): Json {
  const written = entries
    .filter(({ fields }) => fields.size > 0)
    .sort((a, b) => (`${a.manager} ${a.operation}` < `${b.manager} ${b.operation}` ? -1 : 1))
    .map(({ fields, ...entry }) => ({ ...entry, fieldsV1: writeFields(fields) }));
  return withAt(object, ['metadata', 'managedFields'], written);
}

function without(fields: FieldSet, drops: (key: string) => boolean): FieldSet {
  return new Map([...fields].filter(([key]) => !drops(key)));
}

/** `.spec.template.spec.containers[name="web"].image` */
function pathText(path: readonly string[]): string {
  return path
    .map((step) => {
      if (step.startsWith('f:')) return `.${step.slice(2)}`;
      if (step.startsWith('v:')) return `[=${step.slice(2)}]`;
      if (step === '.') return '';
      const keys = Object.entries(JSON.parse(step.slice(2)) as Json);
      return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}
