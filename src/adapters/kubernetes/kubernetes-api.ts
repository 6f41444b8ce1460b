import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { type ClusterCredentials, type Credentials, isSame } from './cluster-credentials.js';
import { jsonLines } from './json-lines.js';
import { KeepAliveConnections } from './keep-alive-connections.js';
import { KubernetesApiError, KubernetesBodyTooLargeError } from './kubernetes-api-error.js';
import { isReset, isTlsFailure, unreachable } from './unreachable.js';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  readonly signal?: AbortSignal | undefined;
  /** For the whole call with its retries; 30 s unless given. */
  readonly timeoutMs?: number;
  /** 64 MiB unless given. */
  readonly maxBodyBytes?: number;
  /** A call that may happen twice, such as a review: it is sent again when the connection breaks. */
  readonly repeatable?: boolean;
}

interface Call extends CallOptions {
  /** It may go on for hours. */
  readonly isLong?: boolean;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  /** Of the body; JSON unless given. */
  readonly contentType?: string;
}

const TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 64;
/** Of the API for objects of stacks: 200 calls that are made at once share these. */
export const OBJECT_CONNECTIONS = 4;
const APPLY = 'application/apply-patch+yaml';
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Of long streams, each of which has one to itself where the server (or a proxy before it) speaks HTTP/1.1 alone. */
const MAX_STREAM_CONNECTIONS = 1024;
const MAX_ATTEMPTS_WHEN_BUSY = 4;
const DEFAULT_RETRY_AFTER_MS = 1000;

/**
 * The Kubernetes API over connections that stay open, in plain JSON.
 *
 * Every call has a deadline and a bound on its body. Refused credentials (401, a TLS failure, a connection that is closed right after it
 * was opened: so TLS 1.3 refuses a client's certificate) are read again and, if they changed, the call is made once more; 429 is obeyed (`Retry-After`) up to three times within the deadline. Rejects with `KubernetesApiError` (it answered),
 * `KubernetesUnreachableError` (it did not) or `KubernetesBodyTooLargeError`; with the signal's reason when aborted.
 */
export class KubernetesApi {
  private readonly connections: KeepAliveConnections;
  /** Many long streams share few connections where the server speaks HTTP/2. */
  private readonly streams = new KeepAliveConnections({ allowH2: true, maxConnections: MAX_STREAM_CONNECTIONS });

  /** @param maxConnections for calls, which wait for one that is free; watches and streams have their own */
  constructor(
    private readonly credentials: ClusterCredentials,
    maxConnections = MAX_CONNECTIONS,
  ) {
    this.connections = new KeepAliveConnections({ allowH2: false, maxConnections });
  }

  async getJson(path: string, options: CallOptions = {}): Promise<unknown> {
    return this.json({ ...options, method: 'GET', path });
  }

  /** The body as it came, such as a kubelet's answer through the node proxy. */
  async getBytes(path: string, options: CallOptions = {}): Promise<Buffer> {
    return this.exchange({ ...options, method: 'GET', path });
  }

  async postJson(path: string, body: unknown, options: CallOptions = {}): Promise<unknown> {
    return this.json({ ...options, method: 'POST', path, body: JSON.stringify(body) });
  }

  /** Server-side apply: it may happen twice, so that it is sent again when the connection breaks. JSON is YAML. */
  async applyJson(path: string, body: unknown, options: CallOptions = {}): Promise<unknown> {
    const call = { method: 'PATCH', path, body: JSON.stringify(body), contentType: APPLY, repeatable: true } as const;
    return this.json({ ...options, ...call });
  }

  /** @param body `DeleteOptions` */
  async deleteJson(path: string, body: unknown, options: CallOptions = {}): Promise<unknown> {
    return this.json({ ...options, method: 'DELETE', path, body: JSON.stringify(body) });
  }

  /**
   * Opens a watch: resolves when the API server accepted it (the deadline ends there), then gives each line's object until the server
   * ends the stream. Stop it with the signal or by leaving the loop.
   */
  async watchLines(path: string, options: CallOptions): Promise<AsyncIterable<unknown>> {
    const call = { ...options, method: 'GET', path } as const;
    return linesOf(call, await this.openLong(call));
  }

  /** Opens a stream of bytes, such as a log that is followed, which may last for hours: resolves and ends as `watchLines` does. Who does not read on stops the server. */
  async getStream(path: string, options: CallOptions): Promise<AsyncIterable<Buffer>> {
    const call = { ...options, method: 'GET', path, isLong: true } as const;
    return chunksOf(call, await this.openLong(call));
  }

  /** Ends all connections; calls and watches that run are rejected. */
  async close(): Promise<void> {
    await Promise.all([this.connections.close(), this.streams.close()]);
  }

  /** An answer that has no deadline any more once it was accepted. */
  private async openLong(call: Call): Promise<Dispatcher.ResponseData> {
    const opening = new AbortController();
    const expire = (): void => opening.abort(new DOMException('deadline', 'TimeoutError'));
    const timer = setTimeout(expire, call.timeoutMs ?? TIMEOUT_MS);
    const signal = call.signal ? AbortSignal.any([call.signal, opening.signal]) : opening.signal;
    try {
      return await this.open({ ...call, signal });
    } catch (error) {
      throw unreachable(describe(call), error, call.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  private async json(call: Call): Promise<unknown> {
    const body = await this.exchange(call);
    try {
      return JSON.parse(body.toString('utf8')) as unknown;
    } catch (error) {
      throw unreachable(describe(call), error, undefined);
    }
  }

  private async exchange(call: Call): Promise<Buffer> {
    const deadline = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
    const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline;
    try {
      const answer = await this.open({ ...call, signal });
      return await bodyOf(describe(call), answer, call.maxBodyBytes ?? MAX_BODY_BYTES);
    } catch (error) {
      throw unreachable(describe(call), error, call.signal);
    }
  }

  /** An answer with status 2xx whose body is still to be read. */
  private async open(call: Call): Promise<Dispatcher.ResponseData> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.authenticated(call);
      if (answer.statusCode < 300) return answer;
      const error = await errorOf(describe(call), answer);
      if (error.status !== 429 || attempt === MAX_ATTEMPTS_WHEN_BUSY) throw error;
      await sleep(error.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS, undefined, call.signal ? { signal: call.signal } : {});
    }
  }

  private async authenticated(call: Call): Promise<Dispatcher.ResponseData> {
    const credentials = await this.credentials.current();
    let refused: unknown;
    try {
      const answer = await this.send(call, credentials);
      if (answer.statusCode !== 401) return answer;
      refused = await errorOf(describe(call), answer);
    } catch (error) {
      if (!isTlsFailure(error) && !(isReset(error) && isRepeatable(call))) throw error;
      refused = error;
    }
    const fresh = await this.credentials.refresh(credentials);
    if (isSame(fresh, credentials)) throw refused;
    return this.send(call, fresh);
  }

  /** A connection that was kept open may be closed by the server just when it is used again: what can be repeated is sent once more. */
  private async send(call: Call, credentials: Credentials): Promise<Dispatcher.ResponseData> {
    try {
      return await this.sendOnce(call, credentials);
    } catch (error) {
      if (!isReset(error) || !isRepeatable(call)) throw error;
      return this.sendOnce(call, credentials);
    }
  }

  private sendOnce(call: Call, credentials: Credentials): Promise<Dispatcher.ResponseData> {
    const server = new URL(credentials.server);
    const prefix = server.pathname.replace(/\/$/, '');
    const connections = call.isLong ? this.streams : this.connections;
    return connections.for(credentials).request({
      origin: server.origin,
      path: `${prefix}${call.path}${queryString(call.query)}`,
      method: call.method,
      headers: {
        ...credentials.headers,
        accept: call.isLong ? '*/*' : 'application/json',
        'user-agent': 'quartermaster',
        ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: call.body }),
      signal: call.signal ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}

function linesOf(call: Call, answer: Dispatcher.ResponseData): AsyncIterable<unknown> {
  return jsonLines(chunksOf(call, answer), MAX_LINE_BYTES);
}

async function* chunksOf(call: Call, answer: Dispatcher.ResponseData): AsyncGenerator<Buffer> {
  try {
    yield* answer.body as AsyncIterable<Buffer>;
  } catch (error) {
    throw unreachable(describe(call), error, call.signal);
  } finally {
    answer.body.destroy();
  }
}

async function bodyOf(request: string, answer: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new KubernetesBodyTooLargeError(request, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function errorOf(request: string, answer: Dispatcher.ResponseData): Promise<KubernetesApiError> {
  const body = await bodyOf(request, answer, MAX_ERROR_BYTES).catch(() => Buffer.alloc(0));
  const retryAfter = answer.headers['retry-after'];
  return KubernetesApiError.from(
    request,
    answer.statusCode,
    body.toString('utf8'),
    Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
  );
}

function isRepeatable(call: Call): boolean {
  return call.method === 'GET' || call.repeatable === true;
}

function describe(call: Call): string {
  return `${call.method} ${call.path}`;
}

function queryString(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
