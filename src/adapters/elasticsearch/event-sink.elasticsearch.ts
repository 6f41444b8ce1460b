import type { KubernetesEvent } from '../../events/core/kubernetes-event.js';
import { EventSink, EventSinkAwayError, type EventSinkWritten } from '../../events/sinks/event-sink.port.js';
import { ElasticsearchConnection, type ElasticsearchServer } from './elasticsearch-connection.js';
import { ElasticsearchError } from './elasticsearch-error.js';
import { eventDocument } from './event-document.js';
import { eventTemplate } from './event-template.js';

export interface ElasticsearchEventSinkOptions extends ElasticsearchServer {
  /** What the names of the indices begin with; Eventer's default is `heapster`. */
  readonly index: string;
  readonly clusterName: string;
}

/** A document that cannot be stored, however often it is sent. */
const REFUSED = 400;

/** Copies events to indices of a day in Eventer's layout. The id follows from the event and its occurrence, so writing again doubles nothing. */
export class ElasticsearchEventSink extends EventSink {
  private opened: Promise<ElasticsearchConnection<unknown>> | undefined;

  constructor(private readonly options: ElasticsearchEventSinkOptions) {
    super();
  }

  override async write(events: readonly KubernetesEvent[], signal?: AbortSignal): Promise<EventSinkWritten> {
    signal?.throwIfAborted();
    const { index, clusterName } = this.options;
    const operations = events.flatMap((event) => {
      const { id, day, source } = eventDocument(event, clusterName);
      return [{ index: { _index: `${index}-${day}`, _id: id } }, source];
    });
    try {
      this.opened ??= ElasticsearchConnection.to(this.options, (ask) =>
        ask((client) => client.indices.putIndexTemplate(eventTemplate(index))),
      );
      const connection = await this.opened;
      const { items } = await connection.call((client, call) => client.bulk({ operations }, call), signal);
      const errors = items.flatMap(({ index: item }) => (item?.error ? [item] : []));
      const later = errors.find(({ status }) => status !== REFUSED);
      if (later) throw new ElasticsearchError('An event was not taken', later.status);
      return { events: events.length - errors.length, refusedEvents: errors.length };
    } catch (error) {
      if (!(error instanceof ElasticsearchError)) throw error;
      throw new EventSinkAwayError(tell(error), { cause: error });
    }
  }
}

/** A sentence without the server's address and its own words. */
function tell({ status }: ElasticsearchError): string {
  if (status === undefined) return 'it cannot be reached';
  return STATUSES[status] ?? `it answers ${String(status)}`;
}

const STATUSES: Readonly<Record<number, string>> = {
  401: 'it refuses the credentials (401)',
  403: 'the credentials may not write to its indices, or make their template (403)',
  429: 'it is asked too much (429)',
  503: 'it is overloaded or starting (503)',
};
