import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A point as it is kept: the same series and instant is the same point. */
export interface StubPoint {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly atMs: number;
  readonly value: number;
}

/** How it fares: it takes all, answers a status, breaks connections, never answers, or refuses some lines for good. */
export type StubMood =
  'up' | 'away' | 'silent' | { readonly status: number } | { readonly refuses: (point: StubPoint) => boolean };

/**
 * The part of InfluxDB 2.x that writing needs, in memory and small: line protocol with overwriting by series and time, deleting by time and tags, and the
 * queries that `selectFlux` makes.
 */
export class InfluxdbStub {
  readonly points = new Map<string, StubPoint>();
  mood: StubMood = 'up';
  /** Requests by path, those that failed too. */
  readonly requests = new Map<string, number>();
  /** Called with each request, which is answered when that is done. */
  onRequest: (path: string) => void | Promise<void> = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
    readonly token: string,
  ) {}

  static async start(): Promise<InfluxdbStub> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const stub = new InfluxdbStub(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'stub-token');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void stub.answer(request, response));
    return stub;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', this.url).pathname;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client was killed: what had not come whole is not taken
    }
    this.requests.set(path, (this.requests.get(path) ?? 0) + 1);
    await this.onRequest(path);
    if (this.mood === 'silent') return;
    if (this.mood === 'away') {
      request.socket.destroy();
      return;
    }
    if (typeof this.mood === 'object' && 'status' in this.mood) return send(response, this.mood.status);
    if (request.headers.authorization !== `Token ${this.token}`) return send(response, 401);
    const body = Buffer.concat(chunks);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
    if (path === '/api/v2/buckets')
      return send(response, 200, JSON.stringify({ buckets: [{ id: '1', name: 'k8s', retentionRules: [] }] }));
    if (path === '/api/v2/write') {
      const dropped = this.write(text);
      return dropped === 0 ? send(response, 204) : send(response, 422, partialWrite(dropped));
    }
    if (path === '/api/v2/delete') return send(response, this.delete(JSON.parse(text) as DeleteBody));
    if (path === '/api/v2/query')
      return send(response, 200, this.query((JSON.parse(text) as { query: string }).query), 'text/csv');
    return send(response, 404);
  }

  /** As InfluxDB does with a partial write: keeps the good points. @returns how many were not */
  private write(text: string): number {
    const refuses = typeof this.mood === 'object' && 'refuses' in this.mood ? this.mood.refuses : () => false;
    const points = text.split('\n').map(parseLine);
    const taken = points.filter((point) => !refuses(point));
    for (const point of taken) this.points.set(keyOf(point), point);
    return points.length - taken.length;
  }

  private delete({ start, stop, predicate }: DeleteBody): number {
    const [fromMs, toMs] = [Date.parse(start), Date.parse(stop)];
    const wanted = [...predicate.matchAll(/(\w+)="([^"]*)"/g)];
    for (const [key, { tags, atMs }] of this.points) {
      // The client's stop of one instant is a thousandth of a millisecond later, which Date cannot tell.
      const isInside = atMs >= fromMs && (atMs < toMs || (atMs === fromMs && toMs === fromMs));
      if (isInside && wanted.every(([, tag = '', value]) => tags[tag] === value)) this.points.delete(key);
    }
    return 204;
  }

  private query(flux: string): string {
    const [fromMs = 0, toMs = 0] = [...flux.matchAll(/time\(v: (\d+)000000\)/g)].map(([, ms]) => Number(ms));
    const wanted = [...flux.matchAll(/r\.(\w+) == "([^"]*)"/g)].filter(([, tag]) => tag !== '_field');
    const found = [...this.points.values()].filter(
      ({ measurement, tags, atMs }) =>
        atMs >= fromMs &&
        atMs < toMs &&
        wanted.every(([, tag = '', value]) => (tag === '_measurement' ? measurement : tags[tag]) === value),
    );
    return found.map(toCsv).join('\r\n');
  }
}

interface DeleteBody {
  readonly start: string;
  readonly stop: string;
  readonly predicate: string;
}

/** `measurement{tag=value,...}@instant`. */
export function keyOf({ measurement, tags, atMs }: Omit<StubPoint, 'value'>): string {
  const pairs = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  return `${measurement}{${pairs.sort().join(',')}}@${String(atMs)}`;
}

function parseLine(line: string): StubPoint {
  const [, series = '', value, atMs] = /^((?:\\.|[^\\ ])+) value=(\S+) (\d+)$/.exec(line) ?? [];
  const [measurement = '', ...pairs] = series.split(/(?<!\\),/);
  const tags = pairs.map((pair): [string, string] => {
    const [tag = '', content = ''] = pair.split(/(?<!\\)=/);
    return [plain(tag), plain(content)];
  });
  return { measurement: plain(measurement), tags: Object.fromEntries(tags), atMs: Number(atMs), value: Number(value) };
}

const plain = (text: string): string => text.replace(/\\(.)/g, '$1');

/** In the words of InfluxDB 2.7. */
function partialWrite(dropped: number): string {
  const message = `failure writing points to database: partial write: points beyond retention policy dropped=${String(dropped)}`;
  return JSON.stringify({ code: 'unprocessable entity', message });
}

/** One table a point: annotated CSV with the columns that the point has. */
function toCsv({ measurement, tags, atMs, value }: StubPoint): string {
  const columns: [string, string, string][] = [
    ['_time', 'dateTime:RFC3339', new Date(atMs).toISOString()],
    ['_value', 'double', String(value)],
    ['_measurement', 'string', measurement],
    ...Object.entries(tags).map(([tag, content]): [string, string, string] => [
      tag,
      'string',
      `"${content.replaceAll('"', '""')}"`,
    ]),
  ];
  const row = (cell: (column: [string, string, string]) => string): string => columns.map(cell).join(',');
  return [
    `#datatype,string,long,${row(([, type]) => type)}`,
    `#group,false,false,${row(() => 'false')}`,
    `#default,_result,,${row(() => '')}`,
    `,result,table,${row(([name]) => name)}`,
    `,,0,${row(([, , content]) => content)}`,
    '',
  ].join('\r\n');
}

function send(response: ServerResponse, status: number, body = '', type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
