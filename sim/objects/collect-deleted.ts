import type { ObjectStore, StoredObject } from '../object-store.js';
import type { Resource } from '../resources.js';
import { FOREGROUND, type ObjectWriter } from './object-writer.js';

/**
 * One round of what the garbage collector and the namespace controller do: what owns something and is deleted in the foreground goes after what it owns, what a deleted object owned goes too,
 * and a namespace that is being deleted is emptied and then goes itself.
 *
 * @param removePod takes a pod away, which more than its object stands for
 */
export function collectDeleted(
  store: ObjectStore,
  writer: ObjectWriter,
  removePod: (namespace: string, name: string) => void,
): void {
  const remove = (resource: Resource, { namespace, name }: StoredObject): void => {
    if (resource.plural === 'pods') removePod(namespace, name);
    else writer.delete({ resource, namespace, name }, {});
  };
  for (const deleted of writer.deleted) {
    const { resource, object } = deleted;
    const dependents = everything(store).filter(({ stored }) => isOwnedBy(stored, object));
    for (const { resource: owned, stored } of dependents) remove(owned, stored);
    const { namespace, name } = object;
    const isLive = store.collection(resource.plural).objects.has(object.key);
    if (resource.plural === 'namespaces') endNamespace(store, writer, name, remove);
    else if (isLive && dependents.length === 0) writer.finalize({ resource, namespace, name }, FOREGROUND);
    writer.forgetWhenGone(deleted);
  }
}

function endNamespace(
  store: ObjectStore,
  writer: ObjectWriter,
  name: string,
  remove: (resource: Resource, object: StoredObject) => void,
): void {
  const within = everything(store).filter(({ stored }) => stored.namespace === name);
  for (const { resource, stored } of within) remove(resource, stored);
  const isEmpty = everything(store).every(({ stored }) => stored.namespace !== name);
  if (isEmpty) writer.remove({ resource: store.collection('namespaces').resource, namespace: '', name });
}

function everything(store: ObjectStore): readonly { readonly resource: Resource; readonly stored: StoredObject }[] {
  return store.resources.flatMap((resource) =>
    store
      .collection(resource.plural)
      .inOrder()
      .map((stored) => ({ resource, stored })),
  );
}

function isOwnedBy(stored: StoredObject, owner: StoredObject): boolean {
  if (!stored.json.includes('"ownerReferences"')) return false;
  const { metadata } = JSON.parse(stored.json) as { metadata: { ownerReferences?: readonly { uid: string }[] } };
  const { metadata: own } = JSON.parse(owner.json) as { metadata: { uid: string } };
  return (metadata.ownerReferences ?? []).some(({ uid }) => uid === own.uid);
}
