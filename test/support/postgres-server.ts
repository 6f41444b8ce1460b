import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

const run = promisify(execFile);
/** Debian's package `postgresql`. */
const BINARIES = '/usr/lib/postgresql/15/bin';

/** A PostgreSQL for tests. */
export interface PostgresServer {
  readonly url: string;
  /** Ends the server and starts it again on what it has on disk: connections are cut. Not of a server that was given. */
  restart(): Promise<void>;
  /** Ends the server and removes its folder; a server that was given by `TEST_DATABASE_URL` is left alone. */
  stop(): Promise<void>;
}

/** A real PostgreSQL: the one that `TEST_DATABASE_URL` names, or a private one in a temporary folder, on a free loopback port, without fsync. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given)
    return {
      url: given,
      restart: () => Promise.reject(new Error('The server that TEST_DATABASE_URL names is not restarted')),
      stop: () => Promise.resolve(),
    };
  if (!existsSync(join(BINARIES, 'postgres')))
    throw new Error(`No PostgreSQL 15 in ${BINARIES}: install Debian's package postgresql, or set TEST_DATABASE_URL`);
  const folder = await mkdtemp(join(tmpdir(), 'quartermaster-postgres-'));
  const data = join(folder, 'data');
  if (process.getuid?.() === 0) await chown(folder, await idOf('-u'), await idOf('-g'));
  await run(
    ...asPostgres(
      'initdb',
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ),
    { cwd: '/' },
  );
  const port = await freePort();
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${folder}`,
    'max_connections=200',
  ];
  const [command, parameters] = asPostgres('postgres', '-D', data, ...settings.flatMap((setting) => ['-c', setting]));
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(command, parameters, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    await waitUntilReady(url, started);
    return started;
  };
  let child = await start();
  return {
    url,
    restart: async () => {
      await end(child);
      child = await start();
    },
    stop: async () => {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. `setpriv` becomes the user's process, so that a signal to the child reaches the server. */
function asPostgres(binary: string, ...parameters: string[]): [string, string[]] {
  const path = join(BINARIES, binary);
  if (process.getuid?.() !== 0) return [path, parameters];
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', path, ...parameters]];
}

async function idOf(which: '-u' | '-g'): Promise<number> {
  return Number((await run('id', [which, 'postgres'])).stdout);
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await eventually('PostgreSQL answers', async () => {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL did not start: ${log}`, { cause: error });
      return false;
    }
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGINT'); // fast shutdown: open connections are ended
  await exit;
}
