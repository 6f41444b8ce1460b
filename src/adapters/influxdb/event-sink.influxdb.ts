import type { KubernetesEvent } from '../../events/core/kubernetes-event.js';
import { EventSink, EventSinkAwayError, type EventSinkWritten } from '../../events/sinks/event-sink.port.js';
import { eventLine, type EventLayout } from './event-lines.js';
import { InfluxBuckets } from './influx-buckets.js';
import { InfluxConnection, type InfluxConnectionOptions } from './influx-connection.js';
import { tellInfluxFailure } from './tell-influx-failure.js';

export type InfluxdbEventSinkOptions = InfluxConnectionOptions & EventLayout;

/** Copies events to a bucket in Eventer's schema. InfluxDB overwrites a point of the same measurement, tags and time, so writing again doubles nothing. */
export class InfluxdbEventSink extends EventSink {
  private opened: InfluxConnection | undefined;

  constructor(private readonly options: InfluxdbEventSinkOptions) {
    super();
  }

  override async write(events: readonly KubernetesEvent[], signal?: AbortSignal): Promise<EventSinkWritten> {
    signal?.throwIfAborted();
    try {
      const connection = (this.opened ??= await this.open());
      const { lines } = await connection.offer(events.map((event) => eventLine(event, this.options)));
      return { events: events.length - lines, refusedEvents: lines };
    } catch (error) {
      this.opened = undefined; // what is wrong may be mended by opening again: a bucket that has gone is made
      throw new EventSinkAwayError(tellInfluxFailure(error), { cause: error });
    }
  }

  /** Makes the bucket when it is missing; one that is there keeps its retention. */
  private async open(): Promise<InfluxConnection> {
    const connection = await InfluxConnection.open(this.options);
    const buckets = new InfluxBuckets(connection);
    if (!(await buckets.find(this.options.bucket))) await buckets.ensure(this.options.bucket, undefined);
    return connection;
  }
}
