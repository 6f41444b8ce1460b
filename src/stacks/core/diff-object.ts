import { pathText, type Step } from './field-path.js';
import { isDeepEqual } from './is-deep-equal.js';
import { ManagedFields } from './managed-fields.js';
import { type ManifestObject, type ObjectRef, refOf } from './manifest-object.js';
import { isSecret, maskAt } from './mask-secret.js';
import { isObject, readField } from './read-field.js';

/** A field that would change; an absent side does not have it. */
export interface FieldChange {
  /** `spec.template.spec.containers[name=web].image` */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** The field managers that own it now; absent when nobody does. */
  readonly owner?: string;
}

/** What would become of an object. */
export interface ObjectDiff {
  readonly ref: ObjectRef;
  /** `replace`: it can only be deleted and made anew. */
  readonly action: 'create' | 'change' | 'replace' | 'none' | 'delete';
  /** Of a `change` and a `replace`: in the order of their paths. What is created or deleted is so as a whole. */
  readonly fields: readonly FieldChange[];
}

/** What the API server or controllers write. */
const IGNORED = [
  ['status'],
  ...['managedFields', 'resourceVersion', 'generation', 'creationTimestamp', 'uid'].map((name) => ['metadata', name]),
].map((path) => path.join('.'));

/**
 * Compares a live object with what the API server says that it would be (a dry run of server-side apply): both carry the defaults and what others own, so that these are no differences.
 * Lists are compared item by item where the API server tells items apart by key or by value, else by place when they are equally long, and as one value when not. A Secret's values are hidden.
 *
 * A dry run's answer carries the `resourceVersion` of the object that it started from: where it is not that of `live`, a controller wrote in between, and its change would show as ours; read again.
 *
 * @param live what there is; absent: it would be created
 * @param wouldBe what there would be; absent: it would be deleted
 * @throws Error when both are absent
 */
export function diffObject(live: ManifestObject | undefined, wouldBe: ManifestObject | undefined): ObjectDiff {
  const either = wouldBe ?? live;
  if (!either) throw new Error('Nothing to compare');
  const ref = refOf(either);
  if (!live || !wouldBe) return { ref, action: live ? 'delete' : 'create', fields: [] };
  const differ = new Differ(live, wouldBe, isSecret(either));
  const fields = differ.changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { ref, action: fields.length === 0 ? 'none' : 'change', fields };
}

class Differ {
  readonly changes: FieldChange[] = [];
  private readonly owners: ManagedFields;
  private readonly keys: ManagedFields;

  constructor(
    live: ManifestObject,
    wouldBe: ManifestObject,
    private readonly isSecret: boolean,
  ) {
    this.owners = new ManagedFields([live]);
    this.keys = new ManagedFields([wouldBe, live]);
    this.compare([], live, wouldBe);
  }

  private compare(path: readonly Step[], before: unknown, after: unknown): void {
    if (isDeepEqual(before, after)) return;
    if (isObject(before) && isObject(after)) this.compareFields(path, before, after);
    else if (Array.isArray(before) && Array.isArray(after)) this.compareItems(path, before, after);
    else this.note(path, before, after);
  }

  private compareFields(
    path: readonly Step[],
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
  ): void {
    for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const deeper = [...path, { field }];
      if (deeper.length <= 2 && IGNORED.includes(pathText(deeper))) continue;
      this.compare(deeper, readField(before, field), readField(after, field));
    }
  }

  private compareItems(path: readonly Step[], before: readonly unknown[], after: readonly unknown[]): void {
    const keys = this.keys.keysOf(path);
    const [old, now] = [byStep(before, keys), byStep(after, keys)];
    if (old && now) {
      for (const id of new Set([...old.keys(), ...now.keys()])) {
        const step = (old.get(id) ?? now.get(id))?.step;
        if (step) this.compare([...path, step], old.get(id)?.item, now.get(id)?.item);
      }
    } else if (before.length === after.length)
      for (const [index, item] of before.entries()) this.compare([...path, { index }], item, after[index]);
    else this.note(path, before, after);
  }

  private note(path: readonly Step[], before: unknown, after: unknown): void {
    const shown = (value: unknown): unknown => (this.isSecret ? maskAt(path, value) : value);
    const owner = this.owners.ownerOf(path);
    this.changes.push({
      path: pathText(path),
      ...(before === undefined ? {} : { before: shown(before) }),
      ...(after === undefined ? {} : { after: shown(after) }),
      ...(owner === undefined ? {} : { owner }),
    });
  }
}

/** The items by what tells them apart; undefined when nothing does. */
function byStep(
  items: readonly unknown[],
  keys: readonly string[] | 'value' | undefined,
): ReadonlyMap<string, { readonly step: Step; readonly item: unknown }> | undefined {
  if (keys === undefined) return undefined;
  const found = new Map<string, { readonly step: Step; readonly item: unknown }>();
  for (const item of items) {
    const step: Step =
      keys === 'value'
        ? { value: item }
        : { key: Object.fromEntries(keys.map((name) => [name, readField(item, name)])) };
    found.set(JSON.stringify(step), { step, item });
  }
  return found.size === items.length ? found : undefined;
}
