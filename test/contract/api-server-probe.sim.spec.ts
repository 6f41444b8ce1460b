import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import { HttpsApiServerProbe } from '../../src/adapters/kubernetes/api-server-probe.https.js';
import { freePort } from '../support/free-port.js';
import { describeApiServerProbe } from './api-server-probe.contract.js';

describeApiServerProbe('of the simulated API server', async () => {
  const fixture = await SimulationFixture.start();
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => sockets.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const at = (port: number) => ({ address: '127.0.0.1', port });
  return {
    probe: new HttpsApiServerProbe(1_500),
    address: at(Number(new URL(fixture.simulation.url).port)),
    nothing: at(await freePort()),
    silent: at((silent.address() as AddressInfo).port),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      silent.close();
      await fixture.close();
    },
  };
});
