import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ready } from '../../src/platform/http/health.schema.js';
import { startSimulation, type Simulation } from '../../sim/simulation.js';
import { cycleThatWaits } from '../support/cycle-that-waits.js';
import { prepareDataDir } from '../support/prepared-records.js';
import { eventually } from '../support/eventually.js';
import { Program, Quartermaster } from '../support/program.js';

const NODES = 6;
/** A process that ends says 503 for a second before its door closes; a busy machine may stand still for that long, but not each time. */
const MOST_LOOKS = 5;
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-stop-'));
const open = new AsyncDisposableStack();
let cluster: Simulation;
let env: Record<string, string>;

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  cluster = await startSimulation({ dir: join(folder, 'cluster'), nodes: NODES, podsPerNode: 5 });
  open.defer(() => cluster.close());
  env = {
    KUBECONFIG: cluster.kubeconfigPath,
    DATA_DIR: await prepareDataDir(join(folder, 'data')),
    METRIC_RESOLUTION: '5s',
    METRIC_SHARD_NODES: '2',
  };
});

afterAll(() => open.disposeAsync());

describe('a process that is asked to end', () => {
  it('refuses a second one on its data folder, says 503, and ends with 0 although a kubelet does not answer', async () => {
    const program = await Quartermaster.start(env);
    const second = new Program('src/main.js', [], { ...env, PORT: '0' });
    expect(await second.ended()).toBe(1);
    expect(second.printed()).toMatch(/data folder .* is in use by process \d+.*DATA_DIR/s);
    let status = await statusWhileEnding(program, await cycleThatWaits(program, cluster));
    for (let look = 1; status === 'refused' && look < MOST_LOOKS; look += 1) {
      const again = await Quartermaster.start(env);
      status = await statusWhileEnding(again, await cycleThatWaits(again, cluster));
    }
    expect(status).toBe(503);
  });

  it('serves HTTPS alone on all addresses, by its own authority, and ends at once at a second signal', async () => {
    const { program, url } = await Quartermaster.start({ ...env, HOST: '0.0.0.0' });
    const ca = readFileSync(join(env['DATA_DIR'] ?? '', 'tls', 'ca.crt'));
    expect(url).toMatch(/^https:/);
    expect((await askByAuthority(new URL('/livez', url), ca)).status).toBe(200);
    expect((await askByAuthority(new URL('/api/v1/nodes', url), ca)).status).toBe(401);
    const { parts } = JSON.parse((await askByAuthority(new URL('/readyz', url), ca)).body) as Ready;
    expect(parts).toContainEqual(expect.objectContaining({ name: 'certificate', state: 'up' }));
    await expect(fetch(`${url.replace('https', 'http')}/livez`)).rejects.toThrow('fetch failed');
    program.process.kill('SIGTERM');
    program.process.kill('SIGINT');
    await program.ended();
    expect(program.process.signalCode).toMatch(/^SIG(TERM|INT)$/); // the second one, and two that wait come in any order
  });
});

/** Asks a program to end while a kubelet does not answer, which it must do with 0. @returns the first other answer of `/readyz` than 200 */
async function statusWhileEnding({ program, url }: Quartermaster, held: AsyncDisposable): Promise<number | 'refused'> {
  await using _ = held;
  program.process.kill('SIGTERM');
  const status = await eventually('another answer than 200', async () => {
    const found = await statusOf(`${url}/readyz`);
    return found !== 200 && found;
  });
  expect(await program.ended()).toBe(0);
  return status;
}

async function statusOf(url: string): Promise<number | 'refused'> {
  try {
    return (await fetch(url)).status;
  } catch {
    return 'refused';
  }
}

/** A GET that trusts one authority alone. */
async function askByAuthority(url: URL, ca: Buffer): Promise<{ readonly status?: number | undefined; body: string }> {
  const [answer] = (await once(request(url, { ca }).end(), 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

describe('a process that cannot start', () => {
  it('says what to set and how to see the demo when there is no cluster', async () => {
    const home = join(folder, 'home');
    mkdirSync(home);
    const program = new Program('src/main.js', [], { HOME: home, DATA_DIR: join(folder, 'none'), PORT: '0' });
    expect(await program.ended()).toBeGreaterThan(0);
    expect(program.printed()).toContain('KUBECONFIG');
    expect(program.printed()).toContain('npm run demo');
  });

  it('says why its data folder cannot be used', async () => {
    const program = new Program('src/main.js', [], { ...env, DATA_DIR: '/proc/x', PORT: '0' });
    expect(await program.ended()).toBe(1);
    expect(program.printed()).toMatch(/^DATA_DIR=\/proc\/x cannot be used: no folder can be made there/m);
  });

  it('names all wrong settings, and ends with 2', async () => {
    const program = new Program('src/main.js', [], { ...env, PORT: 'eighty', METRIC_RESOLUTION: '1s', ROLE: 'boss' });
    expect(await program.ended()).toBe(2);
    for (const named of ['PORT=eighty', 'METRIC_RESOLUTION=1s', 'ROLE=boss', 'all, api, worker'])
      expect(program.printed()).toContain(named);
  });
});
