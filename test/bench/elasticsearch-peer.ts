import { ElasticsearchServer } from '../support/elasticsearch-server.js';

/** What one would have without Quartermaster: shippers that write to Elasticsearch, with a template that is fair to it. */
const TEMPLATE = {
  index_patterns: ['logs'],
  data_stream: {},
  priority: 900,
  template: {
    settings: { number_of_replicas: 0, codec: 'best_compression' },
    mappings: {
      dynamic_templates: [{ texts: { match_mapping_type: 'string', mapping: { type: 'keyword' } } }],
      properties: {
        '@timestamp': { type: 'date_nanos' },
        log: { type: 'text', norms: false },
        kubernetes: { properties: { labels: { type: 'flattened' } } },
      },
    },
  },
};

interface Found {
  readonly hits: { readonly hits: readonly unknown[] };
  readonly aggregations?: { readonly hours: { readonly buckets: readonly unknown[] } };
}

/** An Elasticsearch that is sent the same bodies and is asked the same questions. */
export class ElasticsearchPeer {
  private constructor(private readonly server: ElasticsearchServer) {}

  /** Undefined, and the reason printed, when there is none: start-up finds it as the tests do. */
  static async start(): Promise<ElasticsearchPeer | undefined> {
    try {
      const server = await ElasticsearchServer.start();
      await server.call('PUT', '/_index_template/bench-logs', TEMPLATE);
      return new ElasticsearchPeer(server);
    } catch (error) {
      console.log(
        `No Elasticsearch was found, it is left out: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    }
  }

  get url(): string {
    return this.server.url;
  }

  /** @returns hits, or buckets */
  async ask(search: object): Promise<number> {
    const { hits, aggregations } = (await this.server.call('POST', '/logs/_search', search)) as Found;
    return aggregations?.hours.buckets.length ?? hits.hits.length;
  }

  /** What the lines take on disk, as they stand when all are written. */
  async bytes(): Promise<number> {
    await this.server.call('POST', '/logs/_flush?wait_if_ongoing=true');
    const { _all } = (await this.server.call('GET', '/logs/_stats/store')) as {
      _all: { primaries: { store: { size_in_bytes: number } } };
    };
    return _all.primaries.store.size_in_bytes;
  }

  /** Removes what it was sent, for the server may be another's. */
  async stop(): Promise<void> {
    await this.server.call('DELETE', '/_data_stream/logs');
    await this.server.call('DELETE', '/_index_template/bench-logs');
    await this.server.stop();
  }
}
