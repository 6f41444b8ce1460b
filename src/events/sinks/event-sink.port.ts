import type { KubernetesEvent } from '../core/kubernetes-event.js';

/** What became of a write that the sink has answered. */
export interface EventSinkWritten {
  /** Events that the sink has acknowledged. */
  readonly events: number;
  /** Events that the sink will not take, however often they are sent: older than it keeps. */
  readonly refusedEvents: number;
}

/** The sink did not take a write now and may take it later. The message goes into `/readyz`: no address and no secret. */
export class EventSinkAwayError extends Error {
  override readonly name = 'EventSinkAwayError';
}

/**
 * A further place that events are copied to, in the layout of Heapster's Eventer.
 *
 * Contract: when `write` resolves, the sink has acknowledged the events as durable, but for those that it refuses for good. Writing an event again as it was
 * overwrites what stood there; as Eventer does, an event that has occurred again is written beside what stood there. Opening, when there is something to open,
 * is a part of the first write.
 */
export abstract class EventSink {
  /** @throws EventSinkAwayError; the signal's reason when it is aborted */
  abstract write(events: readonly KubernetesEvent[], signal?: AbortSignal): Promise<EventSinkWritten>;
}

/** A sink that the settings name. */
export interface ConfiguredEventSink {
  readonly name: string;
  readonly sink: EventSink;
}

/** Injection token of all `ConfiguredEventSink`s. */
export const EVENT_SINKS = Symbol('EVENT_SINKS');
