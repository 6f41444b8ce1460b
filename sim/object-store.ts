import type { KubernetesObject } from './kubernetes-objects.js';
import { apiVersionOf, type Resource, RESOURCES } from './resources.js';
import type { Selectable } from './selectors.js';

/** An object as JSON, with what selectors ask about. The JSON has no `kind` and `apiVersion`. */
export interface StoredObject extends Selectable {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: number;
  readonly json: string;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resourceVersion: number;
  readonly object: StoredObject;
  /** The object before. */
  readonly previous?: StoredObject;
}

const HISTORY_LENGTH = 2000;

/** The objects of one resource in the order of their keys, and the last changes to them. */
export class Collection {
  readonly objects = new Map<string, StoredObject>();
  private readonly history: StoreEvent[] = [];
  private readonly listeners = new Set<(event: StoreEvent) => void>();
  private sorted: StoredObject[] | undefined;
  private oldestVersion: number;

  constructor(
    readonly resource: Resource,
    firstVersion: number,
  ) {
    this.oldestVersion = firstVersion;
  }

  /** All objects by key. Do not change the array. */
  inOrder(): readonly StoredObject[] {
    this.sorted ??= [...this.objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    return this.sorted;
  }

  /** The changes after a version, or `undefined` when they are no longer known. */
  findChangesAfter(version: number): StoreEvent[] | undefined {
    return version < this.oldestVersion ? undefined : this.history.filter((event) => event.resourceVersion > version);
  }

  isExpired(version: number): boolean {
    return version < this.oldestVersion;
  }

  /** Forgets all changes before `version`. */
  compact(version: number): void {
    this.oldestVersion = version;
    this.history.length = 0;
  }

  /** Calls `listener` with every later change, until the returned function is called. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Takes a change in, and tells it. */
  accept(event: StoreEvent): void {
    if (event.type === 'DELETED') this.objects.delete(event.object.key);
    else this.objects.set(event.object.key, event.object);
    this.sorted = undefined;
    this.history.push(event);
    if (this.history.length > HISTORY_LENGTH)
      this.oldestVersion = this.history.shift()?.resourceVersion ?? this.oldestVersion;
    for (const listener of this.listeners) listener(event);
  }

  /** Puts an object in without telling. */
  preload(object: StoredObject): void {
    this.objects.set(object.key, object);
    this.sorted = undefined;
  }
}

/** Everything that the API server keeps. Versions start from the clock, so that a later start never repeats an earlier one's. */
export class ObjectStore {
  /** By plural. */
  private readonly collections = new Map<string, Collection>();
  private version: number;

  constructor(firstVersion: number) {
    this.version = firstVersion;
    for (const resource of RESOURCES) this.serve(resource);
  }

  /** What is served now. */
  get resources(): readonly Resource[] {
    return [...this.collections.values()].map(({ resource }) => resource);
  }

  /** Begins to serve a resource (of a custom resource definition); nothing happens when it is served. */
  serve(resource: Resource): void {
    if (!this.collections.has(resource.plural))
      this.collections.set(resource.plural, new Collection(resource, this.version));
  }

  get resourceVersion(): number {
    return this.version;
  }

  collection(plural: string): Collection {
    const found = this.collections.get(plural);
    if (!found) throw new Error(`No collection ${plural}`);
    return found;
  }

  /** Puts an object in before anyone watches. */
  preload(plural: string, object: KubernetesObject): void {
    this.collection(plural).preload(stored(object, this.version));
  }

  /** Adds or replaces an object. */
  put(plural: string, object: KubernetesObject): void {
    const collection = this.collection(plural);
    const next = stored(object, ++this.version);
    const previous = collection.objects.get(next.key);
    const type = previous ? 'MODIFIED' : 'ADDED';
    collection.accept({ type, resourceVersion: this.version, object: next, ...(previous ? { previous } : {}) });
  }

  /** Takes an object away; nothing happens when it is not there. */
  delete(plural: string, namespace: string, name: string): void {
    const collection = this.collection(plural);
    const previous = collection.objects.get(keyOf(namespace, name));
    if (!previous) return;
    const resourceVersion = ++this.version;
    const json = previous.json.replace(/"resourceVersion":"\d+"/, `"resourceVersion":"${resourceVersion}"`);
    const object = { ...previous, resourceVersion, json };
    collection.accept({ type: 'DELETED', resourceVersion, object, previous });
  }

  /** Forgets all changes: every older version is gone. */
  compact(): void {
    this.version++;
    for (const collection of this.collections.values()) collection.compact(this.version);
  }
}

/** `namespace/name`, or the name alone. */
export function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** The JSON with `kind` and `apiVersion`, as single objects and watch events have it. */
export function fullJson(resource: Resource, object: StoredObject): string {
  return `{"kind":"${resource.kind}","apiVersion":"${apiVersionOf(resource)}",${object.json.slice(1)}`;
}

function stored(object: KubernetesObject, resourceVersion: number): StoredObject {
  const { metadata } = object;
  const { spec, status, type } = object as {
    spec?: { nodeName?: string };
    status?: { phase?: string };
    type?: string;
  };
  const namespace = metadata.namespace ?? '';
  return {
    key: keyOf(namespace, metadata.name),
    namespace,
    name: metadata.name,
    labels: metadata.labels ?? {},
    fields: {
      'metadata.name': metadata.name,
      'metadata.namespace': namespace,
      'spec.nodeName': spec?.nodeName ?? '',
      'status.phase': status?.phase ?? '',
      type: type ?? '',
    },
    resourceVersion,
    json: JSON.stringify({ ...object, metadata: { ...metadata, resourceVersion: String(resourceVersion) } }),
  };
}
