import { InfluxDB } from '@influxdata/influxdb-client';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/platform/version.js';
import { freePort } from './free-port.js';

const run = promisify(execFile);

/** The scripts that start and stop an InfluxDB on loopback: in `TEST_SERVERS`, else beside the project. */
const SCRIPTS = join(process.env.TEST_SERVERS ?? join(packageRoot(), '../shared/servers'), 'influxdb');

interface InfluxqlAnswer {
  readonly results: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly tags?: Record<string, string>; readonly values: unknown[][] }[];
  }[];
}

interface Listed {
  readonly orgs?: readonly { readonly id: string }[];
  readonly buckets?: readonly { readonly id: string }[];
}

/**
 * A real InfluxDB 2.x: the one that `TEST_INFLUX_URL` (with `TEST_INFLUX_TOKEN`, `TEST_INFLUX_ORG` and, for log-ins, `TEST_INFLUX_USERNAME` and
 * `TEST_INFLUX_PASSWORD`) names, or one of our own in a temporary folder.
 */
export class InfluxdbServer {
  private constructor(
    readonly url: string,
    readonly org: string,
    readonly token: string,
    readonly username: string,
    readonly password: string,
    private readonly folder: string | undefined,
  ) {}

  static async start(): Promise<InfluxdbServer> {
    const { env } = process;
    if (env.TEST_INFLUX_URL) {
      const { TEST_INFLUX_URL: url, TEST_INFLUX_ORG: org = 'quartermaster', TEST_INFLUX_TOKEN: token = '' } = env;
      const { TEST_INFLUX_USERNAME: username = '', TEST_INFLUX_PASSWORD: password = '' } = env;
      return new InfluxdbServer(url, org, token, username, password, undefined);
    }
    return InfluxdbServer.startOwn();
  }

  /** One that nobody else uses, and that can be `away`. */
  static async startOwn(): Promise<InfluxdbServer> {
    const folder = await mkdtemp(join(tmpdir(), 'quartermaster-influxdb-'));
    const { stdout } = await run(join(SCRIPTS, 'influxdb-up'), [folder], {
      env: { ...process.env, INFLUX_PORT: String(await freePort()) },
    });
    const lines = stdout.split('\n').map((line): [string, string] => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals), line.slice(equals + 1)];
    });
    const settings = new Map(lines);
    const get = (name: string): string => settings.get(`INFLUX_${name}`) ?? '';
    return new InfluxdbServer(get('URL'), get('ORG'), get('TOKEN'), get('USERNAME'), get('PASSWORD'), folder);
  }

  /** The name of a bucket that does not exist yet. */
  newBucket(): string {
    return `test-${randomUUID()}`;
  }

  /** The rows of a Flux query, past the program. */
  query(flux: string): Promise<Readonly<Record<string, unknown>>[]> {
    const client = new InfluxDB({ url: this.url, token: this.token });
    return client.getQueryApi(this.org).collectRows<Record<string, unknown>>(flux);
  }

  /** A request of the v2 API with the token. @throws unless it is answered with 2xx */
  async call(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Token ${this.token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${await response.text()}`);
    return response;
  }

  /**
   * An InfluxQL query through the v1 API, with the user and password that `openToV1` made.
   * @returns of each series its tags and its values, without rows in which one is null
   */
  async influxql(database: string, q: string): Promise<{ tags: Record<string, string>; values: unknown[][] }[]> {
    const parameters = new URLSearchParams({ db: database, epoch: 'ms', q });
    const authorization = `Basic ${Buffer.from(`v1-${database}:${this.password}`).toString('base64')}`;
    const response = await fetch(`${this.url}/query?${parameters.toString()}`, { headers: { authorization } });
    if (!response.ok) throw new Error(`${q}: ${String(response.status)} ${await response.text()}`);
    const answer = (await response.json()) as InfluxqlAnswer;
    const [result] = answer.results;
    if (result?.error !== undefined) throw new Error(`${q}: ${result.error}`);
    return (result?.series ?? []).map(({ tags = {}, values }) => ({
      tags,
      values: values.filter((row) => !row.includes(null)),
    }));
  }

  /** Makes a bucket an InfluxQL database of its name, which the v1 user may read. */
  async openToV1(bucket: string): Promise<void> {
    const get = async (path: string) => (await this.call('GET', path)).json() as Promise<Listed>;
    const orgID = (await get(`/api/v2/orgs?org=${this.org}`)).orgs?.[0]?.id ?? '';
    const bucketID = (await get(`/api/v2/buckets?orgID=${orgID}&name=${bucket}`)).buckets?.[0]?.id ?? '';
    const body = { orgID, bucketID, database: bucket, retention_policy: 'autogen', default: true };
    await this.call('POST', '/api/v2/dbrps', body);
    const resource = { type: 'buckets', id: bucketID, orgID };
    const permissions = ['read', 'write'].map((action) => ({ action, resource }));
    const token = `v1-${bucket}`;
    const made = await this.call('POST', '/private/legacy/authorizations', { orgID, token, permissions });
    const { id } = (await made.json()) as { id: string };
    await this.call('POST', `/private/legacy/authorizations/${id}/password`, { password: this.password });
  }

  /** Empties a bucket. */
  async deleteAll(bucket: string): Promise<void> {
    const path = `/api/v2/delete?org=${this.org}&bucket=${encodeURIComponent(bucket)}`;
    await this.call('POST', path, { start: '1970-01-01T00:00:00Z', stop: '2200-01-01T00:00:00Z' });
  }

  /** Ends the server while `work` runs, and starts it again with its data on its port; for a server of our own. */
  async away(work: () => Promise<void>): Promise<void> {
    if (this.folder === undefined) throw new Error('Only a server of our own can be stopped: unset TEST_INFLUX_URL');
    await run(join(SCRIPTS, 'influxdb-down'), [this.folder]);
    try {
      await work();
    } finally {
      const { port } = new URL(this.url);
      await run(join(SCRIPTS, 'influxdb-up'), [this.folder], { env: { ...process.env, INFLUX_PORT: port } });
    }
  }

  async stop(): Promise<void> {
    if (this.folder === undefined) return;
    await run(join(SCRIPTS, 'influxdb-down'), [this.folder]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
