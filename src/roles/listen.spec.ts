import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { expect, it } from '@jest/globals';
import { hostOf, listen, ListenError } from './listen.js';

type App = Pick<NestFastifyApplication, 'listen'>;

const appOn = (server: ReturnType<typeof createServer>): App =>
  ({
    listen: async ({ port, host }: { port: number; host: string }) => {
      await once(server.listen(port, host), 'listening');
    },
  }) as unknown as App;

it('a port that another process has is named, with what to set', async () => {
  const [first, second] = [createServer(), createServer()];
  await listen(appOn(first), { port: 0, host: '127.0.0.1' });
  const { port } = first.address() as AddressInfo;
  const refused = await listen(appOn(second), { port, host: '127.0.0.1' }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ListenError);
  expect((refused as Error).message).toContain(`HOST=127.0.0.1 PORT=${port}: another process listens there`);
  first.close();
});

it('any other error is what it was', async () => {
  const error = new Error('something else');
  await expect(listen({ listen: () => Promise.reject(error) }, { port: 0, host: 'x' })).rejects.toBe(error);
});

it.each([
  [undefined, undefined, '127.0.0.1'],
  [undefined, '10.96.0.1', '0.0.0.0'],
  [undefined, 'fd00:10:96::1', '::'],
  ['192.0.2.7', 'fd00:10:96::1', '192.0.2.7'],
])(
  'HOST %s in a cluster at %s is %s: a pod of a cluster of IPv6 alone has no address of IPv4',
  (host, kubernetesServiceHost, listensOn) => {
    expect(hostOf({ host, kubernetesServiceHost })).toBe(listensOn);
  },
);
