import { isRestless } from './lifecycle.js';
import type { World } from './model.js';
import type { ObjectStore } from './object-store.js';
import { nodeEvents, podEvents } from './plan-events.js';

/** An event object lives so long after its last change, as with `--event-ttl=1h`. */
const TTL_MS = 3_600_000;

/** Writes the events of the simulated cluster as they happen, each time one occurs again, and lets them expire. */
export class EventRecorder {
  /** What stands of each event, by namespace and name: its state, and when it changed last. */
  private readonly told = new Map<string, { readonly state: string; readonly atMs: number }>();

  constructor(
    private readonly world: World,
    private readonly store: ObjectStore,
  ) {}

  /** Brings the events up to a moment. */
  tick(nowMs: number): void {
    for (const pod of this.world.pods.values())
      if (isRestless(pod) || nowMs - pod.createdMs < TTL_MS) this.tell(podEvents(pod, nowMs), nowMs);
    for (const node of this.world.nodes.values()) this.tell(nodeEvents(node, nowMs), nowMs);
    this.expire(nowMs);
  }

  private tell(events: ReturnType<typeof podEvents>, nowMs: number): void {
    for (const event of events) {
      const { metadata, deprecatedLastTimestamp, deprecatedCount, eventTime } = event;
      const atMs = Date.parse(String(deprecatedLastTimestamp ?? eventTime));
      if (atMs > nowMs || nowMs - atMs >= TTL_MS) continue;
      const key = `${metadata.namespace ?? ''}/${metadata.name}`;
      const state = `${String(deprecatedCount)} ${String(atMs)}`;
      if (this.told.get(key)?.state === state) continue;
      this.told.set(key, { state, atMs });
      this.store.put('events', event);
    }
  }

  private expire(nowMs: number): void {
    for (const [key, { atMs }] of this.told) {
      if (nowMs - atMs < TTL_MS) continue;
      this.told.delete(key);
      const [namespace = '', name = ''] = key.split('/');
      this.store.delete('events', namespace, name);
    }
  }
}
