import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The scripts that start and stop an InfluxDB on loopback, beside the project. */
const SCRIPTS = join(import.meta.dirname, '../../../shared/servers/influxdb');

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
    const folder = await mkdtemp(join(tmpdir(), 'quartermaster-influxdb-'));
    const { stdout } = await run(join(SCRIPTS, 'influxdb-up'), [folder], {
      env: { ...env, INFLUX_PORT: String(await freePort()) },
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

  async stop(): Promise<void> {
    if (this.folder === undefined) return;
    await run(join(SCRIPTS, 'influxdb-down'), [this.folder]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
