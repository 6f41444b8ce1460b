import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { file, KUBEADM, planned, text, VIRTUAL_IP } from '../support/ha-plans.js';
import { LinkedNodes } from '../support/linked-nodes.js';
import { type KeyPair, TestAuthority } from '../support/test-authority.js';
import { packageRoot } from '../../src/platform/version.js';
import type { HaFacts } from '../../src/stacks/control-plane/core/ha/ha-facts.js';
import type { VirtualIp } from '../../src/stacks/control-plane/core/ha/ha-input.js';
import type { HaPlan } from '../../src/stacks/control-plane/core/ha/ha-plan.js';

const run = promisify(execFile);
const NODES = [
  { name: 'cp-1', address: '10.99.0.1' },
  { name: 'cp-2', address: '10.99.0.2' },
] as const;
const SIX = [
  { name: 'cp-1', address: 'fd00::1' },
  { name: 'cp-2', address: 'fd00::2' },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'quartermaster-virtual-ip-'));
let keys: KeyPair;
beforeAll(async () => {
  keys = await (await TestAuthority.create('kubernetes')).server();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two nodes that share an address by HAProxy and keepalived. */
function plan(change: Partial<VirtualIp>, nodes: readonly { name: string; address: string }[] = NODES): HaPlan {
  const virtualIp = {
    ...VIRTUAL_IP,
    kind: 'haproxy-keepalived',
    port: 8443,
    address: '10.99.0.100',
    ...change,
  } as const;
  const apiServers = nodes.map(({ address }) => ({ address, port: 6443 }));
  return planned({ nodes, components: ['kube-scheduler'], virtualIp }, { ...KUBEADM, apiServers });
}

/** A file of a plan on this disk, with the paths that it names. */
function written(rendered: HaPlan, name: string, place = 0): string {
  const path = join(folder, `${place}-${name}`);
  writeFileSync(path, text(file(rendered, name, place)).replaceAll('/etc/keepalived/', `${folder}/${place}-`));
  return path;
}

describe('HAProxy', () => {
  it.each([
    ['IPv4', {}, NODES],
    ['IPv6', { address: 'fd00::100' }, SIX],
  ])('takes its configuration of %s without a warning', async (_, change, nodes) => {
    const { stdout, stderr } = await run('haproxy', ['-c', '-f', written(plan(change, nodes), 'haproxy.cfg')]);
    expect(stdout + stderr).not.toMatch(/WARNING|ALERT/);
  });

  describe('before two API servers', () => {
    let servers: readonly StandIn[];
    let haproxy: ChildProcess;
    let port: number;

    beforeAll(async () => {
      servers = [new StandIn('127.0.0.1', await freePort()), new StandIn('127.0.0.2', await freePort())];
      for (const server of servers) await server.start();
      port = await freePort();
      const facts: HaFacts = { ...KUBEADM, apiServers: servers };
      const virtualIp = { ...VIRTUAL_IP, kind: 'haproxy-keepalived', port } as const;
      const rendered = planned({ nodes: [...NODES], components: ['kube-scheduler'], virtualIp }, facts);
      haproxy = spawn('haproxy', ['-db', '-f', written(rendered, 'haproxy.cfg')], { stdio: 'ignore' });
      const reached = () => answerers(port, 4).catch(() => new Set()); // it does not listen yet
      await eventually('both to be reached', async () => (await reached()).size === 2);
    });
    afterAll(async () => {
      const gone = once(haproxy, 'exit');
      haproxy.kill('SIGKILL');
      await gone;
      for (const server of servers) await server.stop();
    });

    it('loses no connection when one goes away, and comes back to it', async () => {
      await servers[0]?.stop();
      expect(await answerers(port, 20)).toEqual(new Set(['127.0.0.2']));
      await servers[0]?.start();
      await eventually('both to be reached again', async () => (await answerers(port, 4)).size === 2);
    });

    it('leaves out one that answers and says that it is not ready', async () => {
      if (servers[1]) servers[1].isReady = false;
      const cut = (): ReadonlySet<string> => new Set(); // HAProxy ends the connections to it in the moment in which it leaves it out
      await eventually('one to be left out', async () => (await answerers(port, 8).catch(cut)).size === 1);
      expect(await answerers(port, 8)).toEqual(new Set(['127.0.0.1']));
    });
  });
});

describe('keepalived', () => {
  let nodes: LinkedNodes;
  beforeAll(async () => {
    nodes = await LinkedNodes.link([NODES[0].address, NODES[1].address]);
    writeFileSync(join(folder, 'cert.pem'), keys.cert);
    writeFileSync(join(folder, 'key.pem'), keys.key);
  });
  afterAll(() => nodes[Symbol.asyncDispose]());

  /** The configuration of a node, and the check that it names. */
  function configured(rendered: HaPlan, place: number): string {
    chmodSync(written(rendered, 'check_apiserver.sh', place), 0o755);
    return written(rendered, 'keepalived.conf', place);
  }

  it.each([
    ['IPv4', {}, NODES],
    ['IPv6', { address: 'fd00::100' }, SIX],
  ])('takes its configuration of %s without a word', async (_, change, of) => {
    const rendered = plan(change, of);
    for (const place of [0, 1])
      expect(await nodes.exec(place, 'keepalived', '-t', '-l', '-f', configured(rendered, place))).toBe('');
  });

  it('gives the address to the other node when HAProxy of its own does not answer any more, and when keepalived itself ends', async () => {
    const rendered = plan({});
    const main = join(packageRoot(), 'test/support/health-server.main.ts');
    const health = [0, 1].map((place) =>
      nodes.start(place, process.execPath, main, join(folder, 'cert.pem'), join(folder, 'key.pem'), '8443'),
    );
    const daemons = [0, 1].map((place) => {
      const own = (name: string): string => join(folder, `${place}-${name}`);
      const pids = ['-p', own('pid'), '-r', own('vrrp.pid')];
      return nodes.start(place, 'keepalived', '-n', '-f', configured(rendered, place), ...pids);
    });
    const holder = (place: number) => async () => {
      const holders = await nodes.holders('10.99.0.100');
      return holders.length === 1 && holders[0] === place;
    };
    await eventually('the first node to have it', holder(0));
    if (health[0]) await nodes.stop(health[0]);
    await eventually('the second to have it', holder(1));
    if (daemons[1]) await nodes.stop(daemons[1]);
    await eventually('the first to have it again', holder(0));
  });
});

/** In the place of an API server: `/readyz`, and who it is. */
class StandIn {
  isReady = true;
  private server: Server | undefined;

  constructor(
    readonly address: string,
    readonly port: number,
  ) {}

  async start(): Promise<void> {
    const server = createServer(keys, ({ url }, response) => {
      response.statusCode = this.isReady || url !== '/readyz' ? 200 : 500;
      response.end(this.address);
    });
    this.server = server.listen(this.port, this.address);
    await once(server, 'listening');
  }

  /** As a process that ends. */
  async stop(): Promise<void> {
    const { server } = this;
    if (!server?.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}

/** Who answers, of so many connections one after another, each of which must be served. */
async function answerers(port: number, connections: number): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let made = 0; made < connections; made += 1) found.add(await ask(port));
  return found;
}

async function ask(port: number): Promise<string> {
  const asked = request({ host: '127.0.0.1', port, path: '/version', rejectUnauthorized: false, agent: false });
  const answered = once(asked, 'response') as Promise<[AsyncIterable<Buffer> & { statusCode: number }]>;
  asked.end();
  const [response] = await answered;
  expect(response.statusCode).toBe(200);
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return Buffer.concat(parts).toString();
}
