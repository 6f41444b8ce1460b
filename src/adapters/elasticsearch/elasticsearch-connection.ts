import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Client, type ClientOptions } from '@elastic/elasticsearch';
import { ProblemError } from '../../platform/errors.js';
import { ElasticsearchError } from './elasticsearch-error.js';

/** Where a server is, and what to log in with. */
export interface ElasticsearchServer {
  /** Such as `https://elasticsearch:9200`. */
  readonly url: string;
  /** An API key, or a user with password, or neither where the server asks for none. */
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM file of the authority that signed the server's certificate; the system's unless given. */
  readonly caFile?: string;
  /** How long the server may be silent; default 30 s. */
  readonly timeoutMs?: number;
}

export interface ElasticsearchOptions extends ElasticsearchServer {
  /** The data stream of lines; made when it is missing. */
  readonly stream: string;
}

/** What is to be given to each call of the client. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

export type Work<T> = (client: Client, options: CallOptions) => Promise<T>;

const TIMEOUT_MS = 30_000;
const REFUSED =
  'Elasticsearch refuses this question; ask for a shorter span, wider steps, or fewer conditions and values.';

/**
 * An Elasticsearch 8 or 9 that may be away: before its first call it prepares what is needed there; while that fails every call rejects, and the next one
 * tries again. @template Prepared what preparing found out
 */
export class ElasticsearchConnection<Prepared> {
  private preparing: Promise<Prepared> | undefined;

  private constructor(
    private readonly client: Client,
    private readonly prepare: (ask: <T>(work: Work<T>) => Promise<T>) => Promise<Prepared>,
  ) {}

  /** @throws when the file of the authority cannot be read */
  static async to<Prepared>(
    options: ElasticsearchServer,
    prepare: (ask: <T>(work: Work<T>) => Promise<T>) => Promise<Prepared>,
  ): Promise<ElasticsearchConnection<Prepared>> {
    const { url, apiKey, username, password = '', caFile, timeoutMs = TIMEOUT_MS } = options;
    const auth = apiKey === undefined ? username && { username, password } : { apiKey };
    const settings: ClientOptions = { node: url, requestTimeout: timeoutMs, maxRetries: 0 };
    if (auth) settings.auth = auth;
    if (caFile !== undefined) settings.tls = { ca: await readFile(caFile) };
    return new ElasticsearchConnection(new Client(settings), prepare);
  }

  /** Resolves when calls can be made. @throws ElasticsearchError */
  ready(): Promise<Prepared> {
    this.preparing ??= this.prepare((work) => this.ask(work)).catch((error: unknown) => {
      this.preparing = undefined;
      throw error;
    });
    return this.preparing;
  }

  /** @throws ElasticsearchError */
  async call<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    await this.ready();
    return this.ask(work, signal);
  }

  /**
   * A call whose caller waits for lines.
   * @throws ProblemError 503 when Elasticsearch is away or cannot answer now, 422 when it refuses the question itself
   */
  async read<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.call(work, signal).catch((error: unknown) => {
        if (!isBroken(error)) throw error;
        return this.call(work, signal); // a kept connection that the server has closed
      });
    } catch (error) {
      if (!(error instanceof ElasticsearchError)) throw error;
      if (error.status === 400) throw new ProblemError('UNPROCESSABLE', REFUSED, { cause: error });
      throw new ProblemError('UNAVAILABLE', 'The log store (Elasticsearch) does not answer.', { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  private async ask<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await work(this.client, signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw ElasticsearchError.from(error);
    }
  }
}

function isBroken(error: unknown): boolean {
  return (
    error instanceof ElasticsearchError && error.status === undefined && error.message.startsWith('ConnectionError')
  );
}

/** Resolves when the work is done. @throws when it fails, or takes longer */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const silence = AbortSignal.timeout(ms);
  return Promise.race([work, once(silence, 'abort').then(() => Promise.reject(silence.reason as Error))]);
}
