import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { KeyPair } from './test-authority.js';

export interface StoredObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion?: string };
}

interface Change {
  readonly version: number;
  readonly type: string;
  readonly object: StoredObject;
}

interface Watching {
  readonly path: string;
  readonly response: ServerResponse;
}

/**
 * An API server of a few hundred lines less than the real one: lists in pages and watches over HTTPS, with everything that goes wrong at
 * the test's word. Any path is a collection.
 */
export class ApiServerStub {
  /** `METHOD path?query` of every request. */
  readonly requests: string[] = [];
  /** Accepted bearer tokens; any when empty. */
  readonly tokens = new Set<string>();
  /** Names of the client certificates that were shown. */
  readonly clients = new Set<string>();
  /** Connections that were opened. */
  connections = 0;
  /** Answers a request instead of the stub when it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse, url: URL) => boolean = () => false;
  private readonly objects = new Map<string, Map<string, StoredObject>>();
  private readonly changes = new Map<string, Change[]>();
  private readonly watching = new Set<Watching>();
  private readonly snapshots = new Map<string, readonly StoredObject[]>();
  private version = 1;
  private oldestVersion = 0;
  private server: Server | undefined;

  constructor(
    private keys: KeyPair,
    private readonly clientCa?: string,
    private port = 0,
  ) {}

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  get openWatches(): number {
    return this.watching.size;
  }

  /** Listens; the second time on the same port. */
  async open(keys: KeyPair = this.keys): Promise<void> {
    this.keys = keys;
    const tls = {
      ...keys,
      ...(this.clientCa ? { requestCert: true, rejectUnauthorized: true, ca: this.clientCa } : {}),
    };
    const server = createServer(tls, (request, response) => this.handle(request, response));
    server.on('secureConnection', (socket: TLSSocket) => {
      this.connections += 1;
      if (this.clientCa) this.clients.add(String(socket.getPeerCertificate().subject.CN));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Refuses connections and cuts those that there are. */
  async close(): Promise<void> {
    const { server } = this;
    if (!server?.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  put(path: string, object: StoredObject): void {
    const known = this.collection(path).has(keyOf(object));
    this.change(path, known ? 'MODIFIED' : 'ADDED', object);
  }

  delete(path: string, object: StoredObject): void {
    this.change(path, 'DELETED', object);
  }

  /** Sends a bookmark down every watch. */
  bookmark(): void {
    const object = { metadata: { name: '', resourceVersion: String(this.version) } };
    for (const { response } of this.watching) send(response, 'BOOKMARK', object);
  }

  /** Ends all watches: `cut` breaks the connection, `end` is the server's normal end, `expired` sends the ERROR event for 410. */
  endWatches(how: 'cut' | 'end' | 'expired'): void {
    const ending = [...this.watching];
    this.watching.clear();
    for (const { response } of ending) {
      if (how === 'expired')
        send(response, 'ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
      if (how === 'cut') response.socket?.destroy();
      else response.end();
    }
  }

  /** Forgets the past: older versions and running lists have expired. */
  compact(): void {
    this.version += 1;
    this.oldestVersion = this.version;
    this.snapshots.clear();
  }

  private change(path: string, type: string, object: StoredObject): void {
    this.version += 1;
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } };
    if (type === 'DELETED') this.collection(path).delete(keyOf(object));
    else this.collection(path).set(keyOf(object), stamped);
    const changes = this.changes.get(path) ?? [];
    this.changes.set(path, [...changes, { version: this.version, type, object: stamped }]);
    for (const watch of this.watching) if (watch.path === path) send(watch.response, type, stamped);
  }

  private handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    if (this.intercept(request, response, url)) return;
    const token = request.headers.authorization?.replace('Bearer ', '');
    if (this.tokens.size > 0 && !this.tokens.has(token ?? '')) {
      status(response, 401, 'Unauthorized');
    } else if (url.pathname === '/version') {
      json(response, { gitVersion: 'v1.34.1' });
    } else if (url.searchParams.get('watch') === 'true') {
      this.watch(response, url);
    } else {
      this.list(response, url);
    }
  }

  private watch(response: ServerResponse, url: URL): void {
    const from = Number(url.searchParams.get('resourceVersion'));
    if (from < this.oldestVersion) return status(response, 410, 'Expired');
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const missed = (this.changes.get(url.pathname) ?? []).filter(({ version }) => version > from);
    for (const { type, object } of missed) send(response, type, object);
    const watching = { path: url.pathname, response };
    this.watching.add(watching);
    response.once('close', () => this.watching.delete(watching));
  }

  private list(response: ServerResponse, url: URL): void {
    const limit = Number(url.searchParams.get('limit') ?? Number.MAX_SAFE_INTEGER);
    const next = url.searchParams.get('continue');
    const [id = String(this.version), start = '0'] = next?.split(':') ?? [];
    if (!next) this.snapshots.set(`${url.pathname}@${id}`, [...this.collection(url.pathname).values()]);
    const snapshot = this.snapshots.get(`${url.pathname}@${id}`);
    if (!snapshot) return status(response, 410, 'Expired');
    const end = Number(start) + limit;
    const more = end < snapshot.length ? { continue: `${id}:${end}` } : {};
    json(response, { metadata: { resourceVersion: id, ...more }, items: snapshot.slice(Number(start), end) });
  }

  private collection(path: string): Map<string, StoredObject> {
    const known = this.objects.get(path) ?? new Map<string, StoredObject>();
    this.objects.set(path, known);
    return known;
  }
}

/** Answers with a `Status`. */
export function status(
  response: ServerResponse,
  code: number,
  reason: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ kind: 'Status', code, reason, message: `the stub says ${reason}` }));
}

export function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function send(response: ServerResponse, type: string, object: unknown): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function keyOf({ metadata }: StoredObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
