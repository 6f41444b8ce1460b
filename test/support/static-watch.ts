import {
  ClusterWatch,
  type ListPage,
  type WatchedResource,
  type WatchEvent,
} from '../../src/cluster/cluster-watch.port.js';

type Raw = { readonly metadata: { readonly name: string; readonly namespace?: string } };

/** An API server's lists as a test sets them, with changes as it makes them. */
export class StaticWatch extends ClusterWatch {
  private readonly objects = new Map<string, Map<string, Raw>>();
  private readonly listeners = new Map<string, Set<(event: WatchEvent) => void>>();
  private newest = 1;

  /** Adds or replaces an object. @param resource plural */
  put(resource: string, object: Raw): void {
    this.of(resource).set(keyOf(object), object);
    this.tell(resource, { type: 'upsert', object, resourceVersion: String(++this.newest) });
  }

  delete(resource: string, object: Raw): void {
    this.of(resource).delete(keyOf(object));
    this.tell(resource, { type: 'delete', object, resourceVersion: String(++this.newest) });
  }

  override async *list({ resource }: WatchedResource): AsyncGenerator<ListPage> {
    yield { objects: [...this.of(resource).values()], resourceVersion: String(this.newest), isFirst: true };
  }

  override async watch(
    { resource }: WatchedResource,
    _: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchEvent>> {
    const waiting: WatchEvent[] = [];
    let wake = Promise.withResolvers<void>();
    const listeners = this.listeners.get(resource) ?? new Set();
    this.listeners.set(resource, listeners);
    listeners.add((event) => {
      waiting.push(event);
      wake.resolve();
    });
    signal.addEventListener('abort', () => wake.resolve());
    return (async function* () {
      while (!signal.aborted) {
        yield* waiting.splice(0);
        await wake.promise;
        wake = Promise.withResolvers();
      }
    })();
  }

  override version(): Promise<string> {
    return Promise.resolve('v1.34.0');
  }

  private of(resource: string): Map<string, Raw> {
    const known = this.objects.get(resource) ?? new Map<string, Raw>();
    this.objects.set(resource, known);
    return known;
  }

  private tell(resource: string, event: WatchEvent): void {
    for (const listener of this.listeners.get(resource) ?? []) listener(event);
  }
}

function keyOf({ metadata }: Raw): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
