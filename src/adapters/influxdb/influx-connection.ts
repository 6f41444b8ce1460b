import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { BucketsAPI, DeleteAPI, OrgsAPI, SigninAPI, WriteAPI } from '@influxdata/influxdb-client-apis';
import { ProblemError } from '../../platform/errors.js';

export interface InfluxConnectionOptions {
  /** `INFLUX_URL`, such as `https://influxdb:8086`. */
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  /** Either a token or a user with password. */
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /** Of one request; default 30 s. */
  readonly timeoutMs?: number;
}

interface Credentials {
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

/** InfluxDB advises 5,000 lines a request. */
const LINES_PER_REQUEST = 5000;

/**
 * One bucket of an InfluxDB 2.x (or a 1.8 with its v2 API). Every call rejects when the server refuses it: the client's own batching is not used, since
 * its `flush` waits only for the last batch and failures of the others are only logged.
 */
export class InfluxConnection {
  private credentials: Credentials;

  private constructor(readonly options: InfluxConnectionOptions) {
    this.credentials = { token: options.token ?? `${options.username ?? ''}:${options.password ?? ''}` };
  }

  /** Signs in when a user is given, and makes the bucket when it is missing. */
  static async open(options: InfluxConnectionOptions): Promise<InfluxConnection> {
    const connection = new InfluxConnection(options);
    if (options.token === undefined) await connection.signIn();
    await connection.ensureBucket();
    return connection;
  }

  /** Resolves when the server has acknowledged all lines, which it does after it has synced its write-ahead log. */
  async write(lines: readonly string[]): Promise<void> {
    const { org, bucket } = this.options;
    for (let offset = 0; offset < lines.length; offset += LINES_PER_REQUEST) {
      const body = lines.slice(offset, offset + LINES_PER_REQUEST).join('\n');
      await this.call((client) => new WriteAPI(client).postWrite({ org, bucket, precision: 'ms', body }));
    }
  }

  /**
   * The rows of a Flux query; every value that stems from a user must have gone through `toFluxValue`. Aborting ends the request.
   * @throws ProblemError 503 unless the server answers; what it says of the query itself (400) comes as it is
   */
  async query(flux: string, signal?: AbortSignal): Promise<Record<string, unknown>[]> {
    try {
      const { org } = this.options;
      return await this.call((client) => client.getQueryApi(org).collectRows<Record<string, unknown>>(flux), signal);
    } catch (cause) {
      if (signal?.aborted || (cause instanceof HttpError && cause.statusCode === 400)) throw cause;
      throw new ProblemError('UNAVAILABLE', 'The metric store (InfluxDB) does not answer.', { cause });
    }
  }

  /** Deletes the points of one instant whose tags have these values. */
  async deleteAt(atMs: number, tags: Readonly<Record<string, string>>): Promise<void> {
    const start = new Date(atMs).toISOString();
    await this.delete(start, start.replace('Z', '001Z'), tags);
  }

  /** Deletes the points from `fromMs` to before `toMs` whose tags have these values. */
  async deleteRange(fromMs: number, toMs: number, tags: Readonly<Record<string, string>>): Promise<void> {
    await this.delete(new Date(fromMs).toISOString(), new Date(toMs).toISOString(), tags);
  }

  /** @throws when the server does not answer, or (as an `HttpError` of 404) shows us no such bucket */
  async ping(): Promise<void> {
    const { org, bucket: name } = this.options;
    const { buckets = [] } = await this.call((client) => new BucketsAPI(client).getBuckets({ org, name }));
    if (buckets.length === 0) throw new HttpError(404, `bucket "${name}" not found`);
  }

  private async delete(start: string, stop: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const predicate = Object.entries(tags).map(([tag, value]) => `${tag}="${value}"`);
    const { org, bucket } = this.options;
    const body = { start, stop, predicate: predicate.join(' AND ') };
    await this.call((client) => new DeleteAPI(client).postDelete({ org, bucket, body }));
  }

  /** Of two processes that make it at once, the second finds that it is there. */
  private async ensureBucket(): Promise<void> {
    if (await this.hasBucket()) return;
    try {
      await this.call((client) => this.makeBucket(client));
    } catch (error) {
      if (!(error instanceof HttpError && (await this.hasBucket()))) throw error;
    }
  }

  private async hasBucket(): Promise<boolean> {
    try {
      await this.ping();
      return true;
    } catch (error) {
      if (error instanceof HttpError && error.statusCode === 404) return false;
      throw error;
    }
  }

  private async makeBucket(client: InfluxDB): Promise<void> {
    const { org, bucket: name } = this.options;
    const orgID = (await new OrgsAPI(client).getOrgs({ org })).orgs?.[0]?.id;
    if (orgID === undefined) throw new Error(`InfluxDB has no organization ${org}`);
    await new BucketsAPI(client).postBuckets({ body: { orgID, name, retentionRules: [] } });
  }

  /** A session of a user ends after a while: then it signs in again, once. */
  private async call<T>(work: (client: InfluxDB) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await work(this.newClient(this.credentials, signal));
    } catch (error) {
      const isExpired = error instanceof HttpError && error.statusCode === 401 && this.options.token === undefined;
      if (!isExpired) throw error;
      await this.signIn();
      return work(this.newClient(this.credentials, signal));
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
  private newClient(credentials: Credentials, signal?: AbortSignal): InfluxDB {
    const { url, timeoutMs: timeout = 30_000 } = this.options;
    return new InfluxDB({ url, timeout, ...credentials, ...(signal ? { transportOptions: { signal } } : {}) });
  }
}
