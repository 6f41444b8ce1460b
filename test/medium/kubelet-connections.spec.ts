import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpKubeletSource } from '../../src/adapters/kubelet/kubelet-source.http.js';
import { eventually } from '../support/eventually.js';
import { type KeyPair, TestAuthority } from '../support/test-authority.js';

/** A kubelet that counts its connections, and closes one at will before it answers. */
class CountingKubelet {
  readonly sockets = new Set<Socket>();
  opened = 0;
  breaks = false;
  private readonly server: Server;

  constructor(keys: KeyPair) {
    this.server = createServer(keys, (request, response) => {
      if (this.breaks) {
        this.breaks = false;
        request.socket.destroy();
      } else response.end('{}');
    });
    this.server.on('secureConnection', (socket) => {
      this.opened += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

let authority: TestAuthority;
let keys: KeyPair;
let ca: string;
let kubelets: CountingKubelet[] = [];
let source: HttpKubeletSource;

beforeAll(async () => {
  authority = await TestAuthority.create('kubelets');
  keys = await authority.server();
});
afterEach(async () => {
  source.close();
  await Promise.all(kubelets.map((kubelet) => kubelet.close()));
});

async function start(count: number, keptConnections: number): Promise<void> {
  ca = authority.ca;
  kubelets = await Promise.all(Array.from({ length: count }, () => new CountingKubelet(keys).listen()));
  const limits = { insecureTls: false, timeoutMs: 600_000, maxBodyBytes: 1024, keptConnections };
  source = new HttpKubeletSource({ credentials: () => Promise.resolve({ ca }), ...limits });
}

const ask = (index = 0): Promise<string> =>
  source.fetchSummary({ name: 'node', address: '127.0.0.1', port: kubelets[index]!.port }, (body) => body.toString());

describe('connections to kubelets', () => {
  it('are kept up to a number of kubelets, and the others closed', async () => {
    await start(3, 2);
    for (let round = 0; round < 3; round += 1) for (const index of kubelets.keys()) await ask(index);
    expect(kubelets.map(({ opened }) => opened)).toEqual([1, 1, 3]);
    await eventually(
      'one connection to each of two',
      () => kubelets.map(({ sockets }) => sockets.size).join() === '1,1,0',
    );
  });

  it('make room for another kubelet when they end', async () => {
    await start(2, 1);
    await ask(0);
    await kubelets[0]?.close();
    await eventually('a connection to the other', async () => {
      await ask(1);
      return kubelets[1]?.sockets.size === 1;
    });
  });

  it('that a kubelet closes while it is asked cost no answer', async () => {
    await start(1, 1);
    await ask();
    kubelets[0]!.breaks = true;
    expect(await ask()).toBe('{}');
    expect(kubelets[0]?.opened).toBe(2);
  });

  it('that break at the first question fail', async () => {
    await start(1, 1);
    kubelets[0]!.breaks = true;
    await expect(ask()).rejects.toMatchObject({ name: 'NodeFailure', reason: 'connection-lost' });
  });

  it('are opened anew for another authority', async () => {
    await start(1, 1);
    await ask();
    ca = (await TestAuthority.create('somebody else')).ca;
    await expect(ask()).rejects.toMatchObject({ name: 'NodeFailure', reason: 'certificate' });
    await eventually('no connection any more', () => kubelets[0]?.sockets.size === 0);
  });
});
