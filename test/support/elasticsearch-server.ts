import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/platform/version.js';
import { freePort } from './free-port.js';

const run = promisify(execFile);

/** The scripts that start and stop an Elasticsearch on loopback: in `TEST_SERVERS`, else beside the project. */
const SCRIPTS = join(process.env.TEST_SERVERS ?? join(packageRoot(), '../shared/servers'), 'elasticsearch');

interface DataStreams {
  readonly data_streams: readonly { readonly indices: readonly { readonly index_name: string }[] }[];
}
interface Hits {
  readonly hits: {
    readonly hits: readonly { readonly _source: { readonly message: string }; readonly sort: readonly [number] }[];
  };
}

/** A real Elasticsearch 8 or 9 without security: the one that `TEST_ELASTICSEARCH_URL` names, or one of our own in a temporary folder. */
export class ElasticsearchServer {
  private constructor(
    readonly url: string,
    private readonly folder: string | undefined,
  ) {}

  static async start(): Promise<ElasticsearchServer> {
    const { TEST_ELASTICSEARCH_URL: url } = process.env;
    return url ? new ElasticsearchServer(url, undefined) : ElasticsearchServer.startOwn();
  }

  /** One that nobody else uses, and that can be `away`. */
  static async startOwn(): Promise<ElasticsearchServer> {
    const folder = await mkdtemp(join(tmpdir(), 'quartermaster-elasticsearch-'));
    const server = new ElasticsearchServer(`http://127.0.0.1:${await freePort()}`, folder);
    await server.up();
    return server;
  }

  /** The name of a data stream that does not exist yet. */
  newStream(): string {
    return `test-${randomUUID()}`;
  }

  /** A request past the program. @throws unless it is answered with 2xx */
  async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${await response.text()}`);
    return response.json();
  }

  /** Makes everything that has been written to a data stream visible. */
  async refresh(stream: string): Promise<void> {
    await this.call('POST', `/${stream}/_refresh`);
  }

  /** Begins a new backing index of a data stream. */
  async rollOver(stream: string): Promise<void> {
    await this.call('POST', `/${stream}/_rollover`);
  }

  /** The messages of all lines of a data stream, past the program. */
  async messages(stream: string): Promise<string[]> {
    await this.refresh(stream);
    const found = (await this.call('GET', `/_data_stream/${stream}`)) as DataStreams;
    const messages: string[] = [];
    for (const { index_name: index } of found.data_streams[0]?.indices ?? []) {
      for (let after = -1; ;) {
        const query = { size: 10_000, sort: [{ _seq_no: 'asc' }], search_after: [after], _source: ['message'] };
        const { hits } = (await this.call('POST', `/${index}/_search`, query)) as Hits;
        messages.push(...hits.hits.map(({ _source }) => _source.message));
        const last = hits.hits.at(-1);
        if (!last) break;
        [after] = last.sort;
      }
    }
    return messages;
  }

  async removeStream(stream: string): Promise<void> {
    await this.call('DELETE', `/_data_stream/${stream}`);
    await this.call('DELETE', `/_index_template/${stream}`);
  }

  /** Ends the server while `work` runs, and starts it again with its data on its port; for a server of our own. */
  async away(work: () => Promise<void>): Promise<void> {
    await this.down();
    try {
      await work();
    } finally {
      await this.up();
    }
  }

  async stop(): Promise<void> {
    if (this.folder === undefined) return;
    await this.down();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async up(): Promise<void> {
    await this.script('elasticsearch-up', { ES_PORT: new URL(this.url).port });
  }

  private down(): Promise<void> {
    return this.script('elasticsearch-down');
  }

  private async script(name: string, env: Record<string, string> = {}): Promise<void> {
    if (this.folder === undefined) {
      throw new Error('Only a server of our own can be stopped: unset TEST_ELASTICSEARCH_URL');
    }
    await run(join(SCRIPTS, name), [this.folder], { env: { ...process.env, ...env } });
  }
}
