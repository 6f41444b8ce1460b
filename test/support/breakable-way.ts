import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { joinSockets } from './join-sockets.js';

/** A way to a server that can be broken: connections through it are cut, and new ones are refused, while it is. */
export class BreakableWay {
  private readonly sockets = new Set<Socket>();
  private isBroken = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async to(target: string): Promise<BreakableWay> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const way = new BreakableWay(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (here) => {
      const there = connect(Number(port), hostname);
      if (way.isBroken) here.destroy();
      joinSockets(way.sockets, here, there);
    });
    return way;
  }

  setBroken(isBroken: boolean): void {
    this.isBroken = isBroken;
    if (isBroken) for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.setBroken(true);
    await new Promise((resolve) => this.server.close(resolve));
  }
}
