import type { ServerResponse } from 'node:http';
import type { ApiRequest, ApiTarget } from './api-request.js';
import { partialJson, selectorOf } from './list-answer.js';
import { type Collection, fullJson, type ObjectStore, type StoredObject, type StoreEvent } from './object-store.js';
import { apiVersionOf } from './resources.js';
import type { Selector } from './selectors.js';
import { failure, Refusal } from './status.js';

const DEFAULT_TIMEOUT_SECONDS = 1800;

/** How a too old version is refused: before the stream begins, or as its only event. Real API servers do both. */
export type GoneAs = 'status' | 'event';

export interface WatchSettings {
  readonly bookmarkIntervalMs: number;
}

/** All open watches. */
export class WatchHub {
  private readonly watches = new Set<Watch>();
  private goneAs: GoneAs = 'event';

  constructor(
    private readonly store: ObjectStore,
    private readonly settings: WatchSettings,
  ) {}

  get size(): number {
    return this.watches.size;
  }

  /** Answers a watch. Throws `Refusal`: 400 for a bad selector, 410 for a version that is gone. */
  start(request: ApiRequest, target: ApiTarget, response: ServerResponse, isPartial: boolean): void {
    const collection = this.store.collection(target.resource.plural);
    const text = request.query.get('resourceVersion') ?? '';
    const version = text === '' || text === '0' ? undefined : Number(text);
    if (Number.isNaN(version)) throw new Refusal(400, `Invalid value: "${text}": resourceVersion`);
    const selects = selectorOf(request, target);
    const missed = version === undefined ? [] : collection.findChangesAfter(version);
    const gone = `too old resource version: ${text} (${this.store.resourceVersion})`;
    if (!missed && this.goneAs === 'status') throw new Refusal(410, gone);
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();
    if (!missed) {
      response.end(eventLine('ERROR', JSON.stringify(failure(410, gone))));
      return;
    }
    const watch = new Watch(response, collection, selects, isPartial, () => this.store.resourceVersion);
    this.watches.add(watch);
    response.once('close', () => {
      this.watches.delete(watch);
      watch.stop();
    });
    watch.run(request.query, version === undefined, missed, this.settings.bookmarkIntervalMs);
  }

  /** Cuts all watches off, as a network does. */
  drop(): void {
    for (const watch of this.watches) watch.cut();
  }

  /** Ends all watches with a 410 event; `goneAs` says how later watches from before are refused. */
  expire(goneAs: GoneAs): void {
    this.goneAs = goneAs;
    const status = JSON.stringify(failure(410, 'The resourceVersion for the provided watch is too old.'));
    for (const watch of this.watches) watch.end(eventLine('ERROR', status));
  }
}

class Watch {
  private readonly timers: NodeJS.Timeout[] = [];
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly collection: Collection,
    private readonly selects: Selector,
    private readonly isPartial: boolean,
    private readonly currentVersion: () => number,
  ) {}

  run(query: URLSearchParams, isFromNow: boolean, missed: StoreEvent[], bookmarkIntervalMs: number): void {
    if (isFromNow) {
      const present = this.collection.inOrder().filter((object) => this.selects(object));
      for (const object of present) this.response.write(eventLine('ADDED', this.json(object)));
      if (query.get('sendInitialEvents') === 'true') this.bookmark({ 'k8s.io/initial-events-end': 'true' });
    }
    for (const event of missed) this.tell(event);
    this.unsubscribe = this.collection.subscribe((event) => this.tell(event));
    const hasBookmarks = ['true', '1'].includes(query.get('allowWatchBookmarks') ?? '');
    if (hasBookmarks) this.timers.push(setInterval(() => this.bookmark(), bookmarkIntervalMs));
    const seconds = Number(query.get('timeoutSeconds') ?? 0) || DEFAULT_TIMEOUT_SECONDS;
    const finish = (): void => {
      if (hasBookmarks) this.bookmark();
      this.end();
    };
    this.timers.push(setTimeout(finish, seconds * 1000));
  }

  end(line = ''): void {
    this.stop();
    this.response.end(line);
  }

  cut(): void {
    this.stop();
    this.response.destroy();
  }

  stop(): void {
    this.unsubscribe?.();
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** An object that begins or ceases to be selected is added or deleted for this watch. */
  private tell(event: StoreEvent): void {
    const { object, previous, type } = event;
    const isIn = type !== 'DELETED' && this.selects(object);
    const wasIn = previous !== undefined && this.selects(previous);
    if (!isIn && !wasIn) return;
    const shown = isIn ? (wasIn ? 'MODIFIED' : 'ADDED') : 'DELETED';
    this.response.write(eventLine(shown, this.json(object)));
  }

  private bookmark(annotations?: Record<string, string>): void {
    const { resource } = this.collection;
    const [kind, apiVersion] = this.isPartial
      ? ['PartialObjectMetadata', 'meta.k8s.io/v1']
      : [resource.kind, apiVersionOf(resource)];
    const metadata = {
      resourceVersion: String(this.currentVersion()),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    };
    this.response.write(eventLine('BOOKMARK', JSON.stringify({ kind, apiVersion, metadata })));
  }

  private json(object: StoredObject): string {
    return this.isPartial ? partialJson(object) : fullJson(this.collection.resource, object);
  }
}

function eventLine(type: string, json: string): string {
  return `{"type":"${type}","object":${json}}\n`;
}
