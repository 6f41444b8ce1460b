import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { DeleteAPI, SigninAPI, WriteAPI } from '@influxdata/influxdb-client-apis';
import { ProblemError } from '../../platform/errors.js';
import { type FluxRow, readRows, type TakeRow } from './flux-row.js';
import { isInfluxRefusal } from './is-influx-refusal.js';

export interface InfluxConnectionOptions {
  /** `INFLUX_URL`, such as `https://influxdb:8086`. */
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  /** Either a token or a user with password. */
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /** How long the server may be silent; default 30 s. */
  readonly timeoutMs?: number;
}

interface Credentials {
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

/** Lines that the server will never take. */
export interface Refused {
  readonly lines: number;
  /** What it said first; absent when there are none. */
  readonly error?: HttpError;
}

/** InfluxDB advises 5,000 lines a request. */
export const LINES_PER_REQUEST = 5000;
/** A line that is too large by itself does not make a request of each line. */
const LEAST_LINES_PER_REQUEST = 500;

/** A delete takes the server seconds among ten thousands of series: to give it up would only be to begin it again. */
const DELETE_TIMEOUT_MS = 300_000;

/** What must be done on the server first could not be done: it is away, or refuses. Says nothing of what was to be written. */
export class InfluxNotReadyError extends Error {
  override readonly name = 'InfluxNotReadyError';
}

/**
 * An InfluxDB 2.x, with the bucket that samples are written to. Every call rejects when the server refuses it: the client's own batching is not used, since
 * its `flush` waits only for the last batch and failures of the others are only logged.
 */
export class InfluxConnection {
  private credentials: Credentials;
  private preparing: Promise<void> | undefined;
  private linesPerRequest = LINES_PER_REQUEST;

  /** @param prepare what is to be done on the server before the first call */
  private constructor(
    readonly options: InfluxConnectionOptions,
    private readonly prepare?: (connection: InfluxConnection) => Promise<void>,
  ) {
    this.credentials = { token: options.token ?? `${options.username ?? ''}:${options.password ?? ''}` };
  }

  /** Signs in when a user is given. */
  static async open(options: InfluxConnectionOptions): Promise<InfluxConnection> {
    const connection = new InfluxConnection(options);
    if (options.token === undefined) await connection.signIn();
    return connection;
  }

  /**
   * A connection to a server that may be away: before its first call it signs in and prepares what is needed there; while that fails every call rejects with
   * `InfluxNotReadyError`, and the next one tries again.
   */
  static whenThere(
    options: InfluxConnectionOptions,
    prepare: (connection: InfluxConnection) => Promise<void>,
  ): InfluxConnection {
    return new InfluxConnection(options, prepare);
  }

  /** Resolves when calls can be made. @throws InfluxNotReadyError */
  async ready(): Promise<void> {
    if (!this.prepare) return;
    this.preparing ??= this.prepareNow(this.prepare).catch((error: unknown) => {
      this.preparing = undefined;
      throw new InfluxNotReadyError('InfluxDB is not ready', { cause: error });
    });
    await this.preparing;
  }

  private async prepareNow(prepare: (connection: InfluxConnection) => Promise<void>): Promise<void> {
    const connection = await InfluxConnection.open(this.options);
    await prepare(connection);
    this.credentials = connection.credentials;
  }

  /**
   * Resolves when the server has acknowledged all lines, which it does after it has synced its write-ahead log; rejects at the first request that fails, and after
   * the last one when it has refused some lines for good (`isInfluxRefusal`), which keeps no other from being sent. The lines are taken as they are sent.
   */
  async write(lines: Iterable<string>, bucket = this.options.bucket): Promise<void> {
    const { error } = await this.offer(lines, bucket);
    if (error) throw error;
  }

  /** As `write`, but tells how many lines the server refuses for good. */
  async offer(lines: Iterable<string>, bucket = this.options.bucket, signal?: AbortSignal): Promise<Refused> {
    const all: Refused[] = [];
    let batch: string[] = [];
    const send = async (): Promise<void> => {
      const full = batch;
      batch = [];
      all.push(await this.offerBatch(full, bucket, signal));
    };
    for (const line of lines) if (batch.push(line) >= this.linesPerRequest) await send();
    if (batch.length > 0) await send();
    return sumOf(all);
  }

  /** What is too large for the server, or for a proxy before it, is sent in halves, and all that follows in requests of that size. */
  private async offerBatch(lines: string[], bucket: string, signal?: AbortSignal): Promise<Refused> {
    const { org } = this.options;
    const body = lines.join('\n');
    try {
      await this.call((client) => new WriteAPI(client).postWrite({ org, bucket, precision: 'ms', body }), signal);
      return { lines: 0 };
    } catch (error) {
      if (!isInfluxRefusal(error)) throw error;
      if (error.statusCode !== 413 || lines.length === 1) return { lines: refusedOf(error, lines.length), error };
      const half = Math.ceil(lines.length / 2);
      this.linesPerRequest = Math.max(LEAST_LINES_PER_REQUEST, Math.min(this.linesPerRequest, half));
      const first = await this.offerBatch(lines.slice(0, half), bucket, signal);
      return sumOf([first, await this.offerBatch(lines.slice(half), bucket, signal)]);
    }
  }

  /**
   * Gives the rows of a Flux query as they arrive; nothing waits in memory for `take`, which ends the query by `false` and halts it by a promise. Every
   * value that stems from a user must have gone through `toFluxValue`. Aborting ends the request, and with it the query in the server.
   * @throws ProblemError 503 unless the server answers; what it says of the query itself (400) comes as it is
   */
  async eachRow(flux: string, take: TakeRow, signal?: AbortSignal): Promise<void> {
    const end = new AbortController();
    const either = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
    let failure: { readonly error: unknown } | undefined;
    const fail = (error: unknown): never => {
      failure = { error };
      throw error;
    };
    const takeOne: TakeRow = (row) => {
      try {
        const taken = take(row);
        return taken instanceof Promise ? taken.catch(fail) : taken;
      } catch (error) {
        return fail(error);
      }
    };
    try {
      await this.call((client) => readRows(client.getQueryApi(this.options.org), flux, takeOne), either);
    } catch (cause) {
      if (failure) throw failure.error;
      if (signal?.aborted || (cause instanceof HttpError && cause.statusCode === 400)) throw cause;
      throw new ProblemError('UNAVAILABLE', 'The metric store (InfluxDB) does not answer.', { cause });
    } finally {
      end.abort(); // of an answer that was left, or that the client only stopped to wait for
    }
  }

  /** All rows of an answer that is known to be small. */
  async rows(flux: string, signal?: AbortSignal): Promise<FluxRow[]> {
    const rows: FluxRow[] = [];
    await this.eachRow(flux, (row) => void rows.push(row), signal);
    return rows;
  }

  /** Deletes the points of one instant whose tags have these values. */
  async deleteAt(atMs: number, tags: Readonly<Record<string, string>>): Promise<void> {
    const start = new Date(atMs).toISOString();
    await this.delete(this.options.bucket, start, start.replace('Z', '001Z'), tags);
  }

  /** Deletes the points of a bucket from `fromMs` to before `toMs` whose tags have these values. */
  async deleteRange(
    bucket: string,
    fromMs: number,
    toMs: number,
    tags: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.delete(bucket, new Date(fromMs).toISOString(), new Date(toMs).toISOString(), tags);
  }

  private async delete(
    bucket: string,
    start: string,
    stop: string,
    tags: Readonly<Record<string, string>>,
  ): Promise<void> {
    const predicate = Object.entries(tags).map(([tag, value]) => `${tag}="${value}"`);
    const { org } = this.options;
    const body = { start, stop, predicate: predicate.join(' AND ') };
    await this.call((client) => new DeleteAPI(client).postDelete({ org, bucket, body }), undefined, DELETE_TIMEOUT_MS);
  }

  /** Asks the server with a client of the vendor's. A session of a user ends after a while: then it signs in again, once. */
  async call<T>(work: (client: InfluxDB) => Promise<T>, signal?: AbortSignal, timeoutMs?: number): Promise<T> {
    signal?.throwIfAborted();
    await this.ready();
    try {
      return await work(this.newClient(this.credentials, signal, timeoutMs));
    } catch (error) {
      const isExpired = error instanceof HttpError && error.statusCode === 401 && this.options.token === undefined;
      if (!isExpired) throw error;
      await this.signIn();
      return work(this.newClient(this.credentials, signal, timeoutMs));
    }
  }

  /** 2.x takes a password for a session; 1.8 has no sessions and takes `user:password` as a token. */
  private async signIn(): Promise<void> {
    const { username = '', password = '' } = this.options;
    let cookies: string | readonly string[] | undefined;
    try {
      await new SigninAPI(this.newClient({})).postSignin(
        { auth: { user: username, password } },
        { responseStarted: (headers) => (cookies = headers['set-cookie']) },
      );
    } catch (error) {
      if (error instanceof HttpError && error.statusCode === 404) return;
      throw error;
    }
    const cookie = [cookies ?? []].flat().map((text) => text.split(';')[0]);
    this.credentials = { headers: { Cookie: cookie.join('; ') } };
  }

  /** A client is a few settings and no connection. Its own way to cancel lets the request run on: the signal goes to Node's request. */
  private newClient(credentials: Credentials, signal?: AbortSignal, timeoutMs?: number): InfluxDB {
    const { url } = this.options;
    const timeout = timeoutMs ?? this.options.timeoutMs ?? 30_000;
    return new InfluxDB({ url, timeout, ...credentials, ...(signal ? { transportOptions: { signal } } : {}) });
  }
}

/** Of a request that it has taken in part the server tells how many points it has not. */
function refusedOf(error: HttpError, lines: number): number {
  const dropped = /partial write: .* dropped=(\d+)/s.exec(error.message)?.[1];
  return dropped === undefined ? lines : Math.min(lines, Number(dropped));
}

function sumOf(all: readonly Refused[]): Refused {
  const error = all.find((one) => one.error)?.error;
  return { lines: all.reduce((sum, { lines }) => sum + lines, 0), ...(error ? { error } : {}) };
}
