/** Namespace and name of an object; the namespace is absent for cluster-wide kinds. */
export interface ObjectKey {
  readonly namespace?: string;
  readonly name: string;
}

/** The objects with one value of an index. */
interface Bucket<T> {
  readonly texts: Set<string>;
  /** Made when it is asked for, as `objects`: a node's pods are asked for in every cycle, and change less often. */
  sorted: readonly string[] | undefined;
  objects: readonly T[] | undefined;
}

/** The objects of one kind by namespace and name, and by whatever they are looked up by. */
export class ObjectStore<T extends ObjectKey> {
  private objects = new Map<string, T>();
  private changes = 0;
  private sorted: readonly string[] | undefined;
  private readonly indexes = new Map<string, Map<string, Bucket<T>>>();

  /** @param lookups what a name of an index makes of an object; undefined: the object is not in that index */
  constructor(private readonly lookups: Readonly<Record<string, (object: T) => string | undefined>> = {}) {
    for (const name of Object.keys(lookups)) this.indexes.set(name, new Map());
  }

  get size(): number {
    return this.objects.size;
  }

  /** Another number whenever an object has come, changed or gone. */
  get revision(): number {
    return this.changes;
  }

  get(key: ObjectKey): T | undefined {
    return this.objects.get(textOf(key));
  }

  /** All objects by namespace, then name (by code unit). */
  all(): T[] {
    this.sorted ??= [...this.objects.keys()].sort();
    return this.pick(this.sorted);
  }

  /** The objects with this value in an index, in the same order. */
  by(index: string, value: string): readonly T[] {
    const bucket = this.indexes.get(index)?.get(value);
    if (!bucket) return [];
    bucket.sorted ??= [...bucket.texts].sort();
    return (bucket.objects ??= this.pick(bucket.sorted));
  }

  put(object: T): void {
    const text = textOf(object);
    const last = this.objects.get(text);
    this.changes += 1;
    this.objects.set(text, object);
    if (!last) this.sorted = undefined;
    this.reindex(text, last, object);
  }

  delete(key: ObjectKey): void {
    const text = textOf(key);
    const last = this.objects.get(text);
    if (!last) return;
    this.changes += 1;
    this.objects.delete(text);
    this.sorted = undefined;
    this.reindex(text, last, undefined);
  }

  /** Makes these the only objects, in one step: nobody sees a store that is empty in between. */
  replaceAll(objects: readonly T[]): void {
    const remaining = new Set(objects.map(textOf));
    for (const [text, object] of this.objects) if (!remaining.has(text)) this.delete(object);
    for (const object of objects) this.put(object);
  }

  private pick(texts: readonly string[]): T[] {
    return texts.flatMap((text) => this.objects.get(text) ?? []);
  }

  private reindex(text: string, last: T | undefined, next: T | undefined): void {
    for (const [name, index] of this.indexes) {
      const lookup = this.lookups[name];
      const before = last && lookup?.(last);
      const after = next && lookup?.(next);
      if (before !== undefined && before !== after) remove(index, before, text);
      if (after !== undefined) add(index, after, text);
    }
  }
}

/** Names hold no blank, and a blank sorts before every character that they may hold: texts sort as (namespace, name) do. */
function textOf({ namespace = '', name }: ObjectKey): string {
  return `${namespace} ${name}`;
}

/** Also for an object that was there and has changed. */
function add<T>(index: Map<string, Bucket<T>>, value: string, text: string): void {
  const bucket = index.get(value) ?? { texts: new Set(), sorted: undefined, objects: undefined };
  if (!bucket.texts.has(text)) bucket.sorted = undefined;
  bucket.texts.add(text);
  bucket.objects = undefined;
  index.set(value, bucket);
}

function remove<T>(index: Map<string, Bucket<T>>, value: string, text: string): void {
  const bucket = index.get(value);
  if (!bucket) return;
  bucket.texts.delete(text);
  bucket.sorted = undefined;
  bucket.objects = undefined;
  if (bucket.texts.size === 0) index.delete(value);
}
