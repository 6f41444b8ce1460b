import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../kubernetes-objects.js';
import { keyOf, type ObjectStore, type StoredObject } from '../object-store.js';
import { apiVersionOf, type Resource } from '../resources.js';
import { uuid } from '../seeded.js';
import { Refusal } from '../status.js';
import { stampText } from '../template.js';
import { checkObject } from './check-object.js';
import { withDefaults } from './defaults.js';
import { at, isJson, type Json, textAt, withAt } from './json.js';
import { mergePatch } from './merge-patch.js';
import { applyFields, type Conflict, updateFields } from './server-side-apply.js';

/** Which object of which resource; the namespace is empty for cluster-scoped ones. */
export interface Place {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
}

export interface WriteOptions {
  readonly manager: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export interface Written {
  readonly object: Json;
  readonly isNew: boolean;
}

/** The finalizer of an object that waits until what it owns is gone. */
export const FOREGROUND = 'foregroundDeletion';

/** An object as it was when its deletion began. */
export interface Deleted {
  readonly resource: Resource;
  readonly object: StoredObject;
}

/** Kinds without a generation, or whose generation nobody waits for. */
const WITHOUT_GENERATION = [
  'Namespace',
  'ConfigMap',
  'Secret',
  'Service',
  'ServiceAccount',
  'PersistentVolumeClaim',
  'Lease',
];

/** Writes objects as the API server does: applied, patched and deleted ones, each checked, defaulted and versioned. Throws `Refusal`. */
export class ObjectWriter {
  /** What was deleted and may still stand or own something, oldest first. */
  readonly deleted = new Set<Deleted>();
  private made = 0;

  constructor(
    private readonly store: ObjectStore,
    private readonly now: () => number,
  ) {}

  /** The object as JSON with its kind, or undefined. */
  find({ resource, namespace, name }: Place): Json | undefined {
    const stored = this.store.collection(resource.plural).objects.get(keyOf(namespace, name));
    if (!stored) return undefined;
    return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...(JSON.parse(stored.json) as Json) };
  }

  /** Server-side apply. */
  apply(place: Place, body: unknown, { manager, force = false, dryRun = false }: WriteOptions): Written {
    const given = this.checkBody(place, body);
    checkStrings(place, given);
    if (manager === '')
      throw new Refusal(
        422,
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      );
    const live = this.find(place);
    if (!live) this.checkNamespace(place);
    const { object, conflicts } = applyFields(live, given, { manager, time: this.time() }, force);
    if (conflicts.length > 0) throw conflictRefusal(conflicts);
    return { object: this.write(place, live, object, dryRun), isNew: live === undefined };
  }

  /** A JSON merge patch, as `kubectl patch --type=merge` sends it. */
  patch(place: Place, body: unknown, { manager, dryRun = false }: WriteOptions): Written {
    const live = this.getLive(place);
    const patched = mergePatch(live, body) as Json;
    const object = updateFields(live, withDefaults(patched), { manager, time: this.time() });
    return { object: this.write(place, live, object, dryRun), isNew: false };
  }

  /** Writes what a controller saw; nothing happens when it is what stands there, or when the object is gone. */
  putStatus(place: Place, status: Json): void {
    const live = this.find(place);
    if (live && !isDeepStrictEqual(live['status'], status)) this.put(place, { ...live, status });
  }

  /** Deletes an object; one with finalizers, a namespace and, in the foreground, a workload go on until what they wait for is gone. */
  delete(place: Place, options: unknown): Json {
    const live = this.getLive(place);
    const uid = textAt(live, 'metadata', 'uid');
    const wanted = textAt(options, 'preconditions', 'uid');
    if (wanted !== '' && wanted !== uid) {
      const { kind, group } = place.resource;
      const message = `Operation cannot be fulfilled on ${kind}.${group} "${place.name}": the UID in the precondition (${wanted}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
      throw new Refusal(409, message, { reason: 'Conflict', details: { name: place.name, group, kind } });
    }
    if (at(live, 'metadata', 'deletionTimestamp') !== undefined) return live;
    const object = this.store.collection(place.resource.plural).objects.get(keyOf(place.namespace, place.name));
    if (object) this.deleted.add({ resource: place.resource, object });
    const isForeground = at(options, 'propagationPolicy') === 'Foreground' && place.resource.group === 'apps';
    const finalizers = [...finalizersOf(live), ...(isForeground ? [FOREGROUND] : [])];
    const marked = withAt(live, ['metadata', 'deletionTimestamp'], this.time());
    if (place.resource.kind === 'Namespace') return this.put(place, withAt(marked, ['status', 'phase'], 'Terminating'));
    if (finalizers.length > 0) return this.put(place, withAt(marked, ['metadata', 'finalizers'], finalizers));
    this.remove(place);
    return live;
  }

  /** Takes a finalizer off an object that is being deleted; with its last one the object goes. */
  finalize(place: Place, finalizer: string): void {
    const live = this.find(place);
    if (!live) return;
    const rest = finalizersOf(live).filter((name) => name !== finalizer);
    if (rest.length === 0) this.remove(place);
    else this.put(place, withAt(live, ['metadata', 'finalizers'], rest));
  }

  /** Ends the remembrance of a deleted object that does not stand any more. */
  forgetWhenGone(deleted: Deleted): void {
    const { resource, object } = deleted;
    if (!this.store.collection(resource.plural).objects.has(object.key)) this.deleted.delete(deleted);
  }

  /** Takes an object away at once. */
  remove({ resource, namespace, name }: Place): void {
    this.store.delete(resource.plural, namespace, name);
  }

  private write(place: Place, live: Json | undefined, next: Json, dryRun: boolean): Json {
    const { resource, namespace, name } = place;
    const object = withDefaults(live ? next : this.born(place, next));
    checkObject(resource, object, live);
    const isChanged = live === undefined || !isDeepStrictEqual(object['spec'], live['spec']);
    const generation = Number(at(live, 'metadata', 'generation') ?? 0) + (isChanged ? 1 : 0);
    const isCounted = at(object, 'spec') !== undefined && !WITHOUT_GENERATION.includes(resource.kind);
    const counted = isCounted ? withAt(object, ['metadata', 'generation'], generation) : object;
    if (dryRun || (live && isDeepStrictEqual(counted, live))) return counted;
    if (
      at(counted, 'metadata', 'deletionTimestamp') !== undefined &&
      finalizersOf(counted).length === 0 &&
      resource.kind !== 'Namespace'
    ) {
      this.store.delete(resource.plural, namespace, name);
      return counted;
    }
    return this.put(place, counted);
  }

  private born({ resource, namespace, name }: Place, object: Json): Json {
    const { metadata, ...rest } = object as { metadata: Json };
    this.made += 1;
    return {
      ...rest,
      metadata: {
        ...metadata,
        name,
        ...(resource.isNamespaced ? { namespace } : {}),
        uid: uuid('object', resource.plural, namespace, name, this.made, this.now()),
        creationTimestamp: this.time(),
      },
    };
  }

  private put(place: Place, object: Json): Json {
    const { apiVersion: _version, kind: _kind, ...stored } = object;
    this.store.put(place.resource.plural, stored as unknown as KubernetesObject);
    return this.find(place) as Json;
  }

  private getLive(place: Place): Json {
    const live = this.find(place);
    if (live) return live;
    const { plural, group } = place.resource;
    const kind = group === '' ? plural : `${plural}.${group}`;
    throw new Refusal(404, `${kind} "${place.name}" not found`, { details: { name: place.name, group, kind: plural } });
  }

  private checkBody({ resource, namespace, name }: Place, body: unknown): Json {
    if (!isJson(body) || !isJson(body['metadata'])) throw new Refusal(400, 'the body is no object');
    const isKind = body['kind'] === resource.kind && body['apiVersion'] === apiVersionOf(resource);
    if (!isKind) throw new Refusal(400, `the body is no ${resource.kind} of ${apiVersionOf(resource)}`);
    const { name: own = name, namespace: ownNamespace = namespace, managedFields } = body['metadata'];
    if (own !== name)
      throw new Refusal(400, `the name of the object (${String(own)}) does not match the name on the URL (${name})`);
    if (ownNamespace !== namespace)
      throw new Refusal(400, 'the namespace of the provided object does not match the namespace sent on the request');
    if (managedFields !== undefined) throw new Refusal(400, 'metadata.managedFields must be nil');
    return body;
  }

  private checkNamespace({ resource, namespace, name }: Place): void {
    if (!resource.isNamespaced) return;
    const stored = this.store.collection('namespaces').objects.get(namespace);
    if (!stored)
      throw new Refusal(404, `namespaces "${namespace}" not found`, {
        details: { name: namespace, kind: 'namespaces' },
      });
    if (stored.fields['status.phase'] !== 'Terminating') return;
    const message = `${resource.plural} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
    const causes = [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ];
    throw new Refusal(403, message, { details: { name, kind: resource.plural, causes } });
  }

  private time(): string {
    return stampText(this.now());
  }
}

/** A value of a Secret or ConfigMap that is no text does not fit their schema; the API server cites it. */
function checkStrings({ resource: { kind } }: Place, given: Json): void {
  for (const field of kind === 'Secret' || kind === 'ConfigMap' ? ['data', 'stringData'] : [])
    for (const [name, value] of Object.entries(at(given, field) ?? {}))
      if (typeof value !== 'string') {
        const cited = `.${field}.${name}: expected string, got &value.valueUnstructured{Value:${JSON.stringify(value)}}`;
        throw new Refusal(500, `failed to create typed patch object (/; v1, Kind=${kind}): ${cited}`);
      }
}

function finalizersOf(object: Json): readonly string[] {
  return (at(object, 'metadata', 'finalizers') ?? []) as readonly string[];
}

function conflictRefusal(conflicts: readonly Conflict[]): Refusal {
  const each = conflicts.map(({ manager, field }) => `conflict with "${manager}": ${field}`);
  const count = conflicts.length === 1 ? '1 conflict' : `${conflicts.length} conflicts`;
  const causes = conflicts.map(({ manager, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager}"`,
    field,
  }));
  return new Refusal(409, `Apply failed with ${count}: ${each.join(', ')}`, {
    reason: 'Conflict',
    details: { causes },
  });
}
