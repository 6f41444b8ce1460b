import { randomUUID } from 'node:crypto';
import { ElasticsearchEventSink } from '../../src/adapters/elasticsearch/event-sink.elasticsearch.js';
import { ElasticsearchServer } from '../support/elasticsearch-server.js';
import { describeEventSink, type SunkEvent } from './event-sink.contract.js';

interface Found {
  readonly hits: {
    readonly hits: readonly {
      readonly _index: string;
      readonly _source: {
        readonly LastOccurrenceTimestamp: string;
        readonly Message: string;
        readonly EventTags: { readonly eventID: string };
      };
    }[];
  };
}

describeEventSink('Elasticsearch', async () => {
  const server = await ElasticsearchServer.start();
  const indices: string[] = [];
  return {
    url: server.url,
    async fresh(url) {
      const index = `test-events-${randomUUID()}`;
      indices.push(index);
      const sink = new ElasticsearchEventSink({ url, index, clusterName: 'default' });
      const events = async (): Promise<SunkEvent[]> => {
        const alias = `${index}-events`;
        await server.refresh(alias);
        const search = {
          query: { term: { 'EventTags.cluster_name.raw': 'default' } },
          sort: [{ LastOccurrenceTimestamp: 'asc' }, { 'EventTags.eventID.raw': 'asc' }],
        };
        const { hits } = (await server.call('POST', `/${alias}/_search`, search)) as Found;
        return hits.hits.map(({ _source: { LastOccurrenceTimestamp, Message, EventTags } }) => ({
          atMs: Date.parse(LastOccurrenceTimestamp),
          uid: EventTags.eventID,
          note: Message,
        }));
      };
      return { sink, events };
    },
    async stop() {
      for (const index of indices) {
        await server.call('DELETE', `/${index}-2026.01.02`);
        await server.call('DELETE', `/_index_template/${index}-events`);
      }
      await server.stop();
    },
  };
});
