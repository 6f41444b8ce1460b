import { Injectable } from '@nestjs/common';
import { ClusterWatch, type WatchedResource, type WatchEvent } from '../../cluster/cluster-watch.port.js';
import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log.js';
import type { KubernetesEvent } from '../core/kubernetes-event.js';
import { findGap } from '../core/find-gap.js';
import { readEvent } from '../core/read-event.js';
import { EventWriter } from '../event-store.port.js';
import { batchesOf } from './batches-of.js';
import { EventMetrics } from './event-metrics.js';
import { EventSubjects } from './event-subjects.js';
import type { EventGap } from './event-watch-records.port.js';

const EVENTS: WatchedResource = { group: 'events.k8s.io', version: 'v1', resource: 'events' };
/** What comes within this is written together. */
const BATCH = { maxItems: 500, maxWaitMs: 500 };
/** Without an event or a bookmark for so long the watch is opened anew. The API server sends a bookmark about every minute. */
const SILENCE_MS = 150_000;

/** Brings the cluster's events into the store: everything, or what is new since a version. What is brought twice changes nothing. */
@Injectable()
export class EventIntake {
  constructor(
    private readonly watch: ClusterWatch,
    private readonly writer: EventWriter,
    private readonly subjects: EventSubjects,
    private readonly metrics: EventMetrics,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Writes every event that the API server has.
   * @param asOfMs the instant that what is kept is as of
   * @returns the version to follow from, and what expired unseen
   * @throws what the API server and the store throw, and the signal's reason
   */
  async list(
    asOfMs: number | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly resourceVersion: string; readonly gap?: EventGap }> {
    const gap = findGap(asOfMs, this.clock.now());
    let resourceVersion = '';
    for await (const page of this.watch.list(EVENTS, signal)) {
      await this.write(this.read(page.objects));
      ({ resourceVersion } = page);
    }
    return { resourceVersion, ...(gap ? { gap } : {}) };
  }

  /**
   * Writes what happens after a version, until the server ends the watch.
   * @param onOpen told when the server has accepted the watch
   * @param onProgress told the version up to which everything is written
   * @throws as `list`; ResourceExpiredError when the server has forgotten the version
   */
  async follow(
    resourceVersion: string,
    signal: AbortSignal,
    onOpen: () => void,
    onProgress: (resourceVersion: string) => void,
  ): Promise<void> {
    const silence = new AbortController();
    const probe = setTimeout(() => silence.abort(new Error(`no sign of life for ${SILENCE_MS} ms`)), SILENCE_MS);
    try {
      const events = await this.watch.watch(EVENTS, resourceVersion, AbortSignal.any([signal, silence.signal]));
      onOpen();
      for await (const batch of batchesOf(events, BATCH)) {
        probe.refresh();
        const told = this.read(batch.flatMap(changed));
        await this.subjects.seen(told, signal);
        await this.write(told);
        const version = batch.findLast((event) => event.resourceVersion !== '')?.resourceVersion;
        if (version !== undefined) onProgress(version);
      }
    } finally {
      clearTimeout(probe);
      silence.abort();
    }
  }

  private async write(events: readonly KubernetesEvent[]): Promise<void> {
    if (events.length === 0) return;
    const { added, changed } = await this.writer.write(events.map((event) => this.subjects.resolve(event)));
    this.metrics.told.inc(events.length);
    this.metrics.rows.inc({ change: 'added' }, added);
    this.metrics.rows.inc({ change: 'changed' }, changed);
  }

  private read(objects: readonly unknown[]): KubernetesEvent[] {
    return objects.flatMap((object) => this.readOne(object));
  }

  /** One event that cannot be read must not hold up all others. */
  private readOne(object: unknown): KubernetesEvent[] {
    try {
      const event = readEvent(object);
      if (event) return [event];
    } catch (error) {
      this.log.warn('An event cannot be read and is left out', { error });
    }
    this.metrics.unreadable.inc();
    return [];
  }
}

/** An event that is deleted has expired, or was cleaned up: what is known of it stays. */
function changed(event: WatchEvent): unknown[] {
  return event.type === 'upsert' ? [event.object] : [];
}
