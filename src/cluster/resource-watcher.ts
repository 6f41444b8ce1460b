import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/log.js';
import { Backoff } from './backoff.js';
import { ClusterWatch, ResourceExpiredError, type WatchedResource, type WatchEvent } from './cluster-watch.port.js';
import { ObjectStore, type ObjectKey } from './object-store.js';
import { WatchFreshness, type WatchReport } from './watch-freshness.js';

export interface WatcherOptions {
  /** Without an event or a bookmark for so long the watch is opened anew. The API server sends a bookmark about every minute. */
  readonly staleAfterMs: number;
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly random: () => number;
}

/** A watch that the server ended sooner than this is opened again only after a pause. */
const SHORT_WATCH_MS = 5000;
/** After so many failures in a row the version is given up: an API server that was restored from a backup may never know it again. */
const FAILURES_BEFORE_RELIST = 10;

/**
 * Keeps an `ObjectStore` as the cluster is: lists, then follows from there, and after whatever happens goes on from the last version
 * that it saw; when the server has forgotten that one it lists again and replaces the store in one step. Never stops until `stop`.
 */
export class ResourceWatcher<T extends ObjectKey> {
  private readonly stopping = new AbortController();
  private readonly freshness: WatchFreshness;
  private readonly backoff: Backoff;
  private readonly firstList = Promise.withResolvers<void>();
  private readonly firstFailure = Promise.withResolvers<void>();
  private resourceVersion: string | undefined;
  private failuresInARow = 0;
  private woken = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly watch: ClusterWatch,
    private readonly resource: WatchedResource,
    private readonly store: ObjectStore<T>,
    private readonly reduce: (raw: unknown) => T | undefined,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly options: WatcherOptions,
    private readonly onStateChange: () => void,
  ) {
    this.freshness = new WatchFreshness(clock);
    this.backoff = new Backoff({
      firstMs: options.firstBackoffMs,
      maxMs: options.maxBackoffMs,
      random: options.random,
    });
  }

  start(): void {
    this.running ??= this.run(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort(new Error('the watch was stopped'));
    await this.running;
  }

  /** Tries again now instead of at the end of its pause: another watch found the API server back. */
  wake(): void {
    this.woken.abort();
  }

  report(): WatchReport {
    return this.freshness.report(this.resource.resource, this.store.size);
  }

  /** The instant that the objects are as of, ms since the epoch; absent before the first list. */
  asOfMs(nowMs: number): number | undefined {
    return this.freshness.asOfMs(nowMs);
  }

  /** Resolves once all objects have been there. */
  whenSynced(): Promise<void> {
    return this.firstList.promise;
  }

  /** Resolves once all objects have been there or the first attempt failed. */
  whenTried(): Promise<void> {
    return Promise.race([this.firstList.promise, this.firstFailure.promise]);
  }

  private async run(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      const pauseMs = await this.round(stopped);
      await this.pause(pauseMs, stopped);
    }
  }

  /** Only the part beyond the shortest pause can be cut short by `wake`: watches that fail in turn must not drive each other. */
  private async pause(pauseMs: number, stopped: AbortSignal): Promise<void> {
    const surelyMs = Math.min(pauseMs, this.options.firstBackoffMs);
    this.woken = new AbortController();
    await sleep(surelyMs, undefined, { signal: stopped }).catch(() => undefined);
    const signal = AbortSignal.any([stopped, this.woken.signal]);
    await sleep(pauseMs - surelyMs, undefined, { signal }).catch(() => undefined);
  }

  /** One attempt, until it fails or the server ends the watch. @returns how long to pause, in ms */
  private async round(stopped: AbortSignal): Promise<number> {
    const startedAtMs = this.clock.now();
    try {
      if (this.resourceVersion === undefined) await this.relist(stopped);
      await this.follow(this.resourceVersion ?? '', stopped);
      return this.clock.now() - startedAtMs < SHORT_WATCH_MS ? this.backoff.next() : 0;
    } catch (error) {
      if (stopped.aborted) return 0;
      if (error instanceof ResourceExpiredError) return this.expired();
      this.failed(error);
      return this.backoff.next();
    }
  }

  private async relist(stopped: AbortSignal): Promise<void> {
    let objects: T[] = [];
    let resourceVersion = '';
    for await (const page of this.watch.list(this.resource, stopped)) {
      if (page.isFirst) objects = [];
      for (const raw of page.objects) {
        const object = this.reduced(raw);
        if (object) objects.push(object);
      }
      ({ resourceVersion } = page);
      this.freshness.contact();
    }
    this.store.replaceAll(objects);
    this.resourceVersion = resourceVersion;
    this.failuresInARow = 0;
    this.freshness.current();
    this.firstList.resolve();
    this.log.debug('Listed a kind of object of the cluster', {
      resource: this.resource.resource,
      count: this.store.size,
    });
  }

  private async follow(resourceVersion: string, stopped: AbortSignal): Promise<void> {
    const silence = new AbortController();
    const { staleAfterMs } = this.options;
    const probe = setTimeout(() => silence.abort(new Error(`no sign of life for ${staleAfterMs} ms`)), staleAfterMs);
    try {
      const events = await this.watch.watch(this.resource, resourceVersion, AbortSignal.any([stopped, silence.signal]));
      const wasBehind = this.freshness.live();
      if (wasBehind) this.log.info('The cluster is followed again', { resource: this.resource.resource });
      this.onStateChange();
      for await (const event of events) {
        probe.refresh();
        this.apply(event);
        this.backoff.reset();
        this.failuresInARow = 0;
      }
    } finally {
      clearTimeout(probe);
    }
  }

  private apply(event: WatchEvent): void {
    this.freshness.current();
    if (event.resourceVersion) this.resourceVersion = event.resourceVersion;
    if (event.type === 'bookmark') return;
    const object = this.reduced(event.object);
    if (!object) return;
    if (event.type === 'upsert') this.store.put(object);
    else this.store.delete(object);
  }

  /** One object that cannot be read must not end the watch of all others. */
  private reduced(raw: unknown): T | undefined {
    try {
      return this.reduce(raw);
    } catch (error) {
      this.log.warn('An object of the cluster could not be read and is left out', {
        resource: this.resource.resource,
        error,
      });
      return undefined;
    }
  }

  /** The version that we had is forgotten: list again at once, the store keeps what it has until then. */
  private expired(): number {
    const wasListed = this.resourceVersion !== undefined;
    this.resourceVersion = undefined;
    this.freshness.behind('too far behind to go on: lists again');
    this.onStateChange();
    this.log.info('The watch is too far behind and lists again', { resource: this.resource.resource });
    return wasListed ? 0 : this.backoff.next();
  }

  private failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const isNews = this.freshness.behind(reason);
    this.firstFailure.resolve();
    this.onStateChange();
    this.failuresInARow += 1;
    if (this.failuresInARow >= FAILURES_BEFORE_RELIST) this.resourceVersion = undefined;
    if (isNews)
      this.log.warn('The cluster cannot be followed at the moment', { resource: this.resource.resource, reason });
  }
}
