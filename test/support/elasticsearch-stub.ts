import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** How it fares: it takes all, breaks connections, never answers, or answers a status. */
export type StubMood = 'up' | 'away' | 'silent' | { readonly status: number };

type Source = Readonly<Record<string, unknown>>;

interface StubIndex {
  readonly name: string;
  readonly uuid: string;
  readonly createdMs: number;
  readonly documents: Map<string, Source>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The part of Elasticsearch 8 that writing lines needs, in memory and small: a data stream, `_bulk` with `create`, `_mget` and deleting. */
export class ElasticsearchStub {
  readonly indices: StubIndex[] = [];
  mood: StubMood = 'up';
  /** A proxy before it answers larger bodies with 413, in words of its own. */
  mostBytes = Number.POSITIVE_INFINITY;
  /** Decides on each item of a bulk request that is not there yet; undefined: it is taken. */
  refuse: (source: Source) => number | undefined = () => undefined;
  /** Paths of the requests that were answered, in their order. */
  readonly requests: string[] = [];
  /** Called when a bulk request has been carried out and before it is answered: what it throws breaks the connection. */
  afterBulk: () => void = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {
    this.rollOver();
  }

  static async start(): Promise<ElasticsearchStub> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const stub = new ElasticsearchStub(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void stub.serve(request, response));
    return stub;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Begins a new backing index. */
  rollOver(): void {
    const name = `.ds-stub-${String(this.indices.length + 1).padStart(6, '0')}`;
    this.indices.push({
      name,
      uuid: randomBytes(12).toString('base64url'),
      createdMs: Date.now(),
      documents: new Map(),
    });
  }

  /** The messages that stand, index by index in the order in which they came. */
  messages(): string[] {
    return this.indices.flatMap(({ documents }) => [...documents.values()].map((source) => String(source['message'])));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const text = String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw);
    if (raw.length > this.mostBytes) return void response.writeHead(413, { 'content-type': 'text/html' }).end('<html>');
    if (this.mood === 'silent') return;
    if (this.mood === 'away') return void request.socket.destroy();
    try {
      const [path = ''] = (request.url ?? '').split('?');
      const type = { error: { type: 'stub_exception', reason: 'the stub is in that mood' } };
      const { status, body } =
        this.mood === 'up' ? this.answer(request.method ?? '', path, text) : { status: this.mood.status, body: type };
      this.requests.push(path);
      response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      response.end(JSON.stringify(body));
    } catch {
      request.socket.destroy(); // as a server does that dies while it answers
    }
  }

  private answer(method: string, path: string, text: string): Answer {
    if (path === '/') return { status: 200, body: { cluster_uuid: 'stub', version: { number: '8.19.0' } } };
    if (path.endsWith('/_bulk')) return { status: 200, body: { items: this.bulk(text.split('\n')) } };
    if (path === '/_mget') return { status: 200, body: { docs: this.get(text) } };
    if (path.endsWith('/_settings')) return { status: 200, body: this.settings() };
    const [, index = '', kind, id = ''] = path.split('/').map(decodeURIComponent);
    if (method === 'DELETE' && kind === '_doc') {
      const isThere = this.indices.find(({ name }) => name === index)?.documents.delete(id) ?? false;
      return { status: isThere ? 200 : 404, body: {} };
    }
    if (method === 'PUT') return { status: 200, body: { acknowledged: true } };
    throw new Error(`The stub knows no ${method} ${path}`);
  }

  private bulk(lines: readonly string[]): object[] {
    const items: object[] = [];
    const index = this.indices.at(-1);
    for (let at = 0; at + 1 < lines.length; at += 2) {
      const { create } = JSON.parse(lines[at] ?? '') as { create: { _id: string } };
      const { _id: id } = create;
      const source = JSON.parse(lines[at + 1] ?? '') as Source;
      const status = index?.documents.has(id) ? 409 : (this.refuse(source) ?? 201);
      if (status === 201) index?.documents.set(id, source);
      const error = { type: 'stub_exception', reason: 'the stub refuses it' };
      items.push({ create: { _index: index?.name, status, ...(status === 201 ? {} : { error }) } });
    }
    this.afterBulk();
    return items;
  }

  private get(text: string): object[] {
    const { docs } = JSON.parse(text) as { docs: { _index: string; _id: string }[] };
    return docs.map((place) => {
      const { _index: index, _id: id } = place;
      const source = this.indices.find(({ name }) => name === index)?.documents.get(id);
      return { ...place, found: source !== undefined, ...(source && { _source: source }) };
    });
  }

  private settings(): object {
    return Object.fromEntries(
      this.indices.map(({ name, uuid, createdMs }) => [
        name,
        { settings: { index: { uuid, creation_date: String(createdMs) } } },
      ]),
    );
  }
}
