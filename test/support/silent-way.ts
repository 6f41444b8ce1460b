import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { joinSockets } from './join-sockets.js';

/**
 * A way to a server that can lead to another one, as an address that moves in a failover: connections that are open stay with the server that they have, or
 * fall silent, as those of a machine that is gone do: nobody tells that they are dead.
 */
export class SilentWay implements AsyncDisposable {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {}

  static async to(port: number): Promise<SilentWay> {
    const server = createServer();
    const way = new SilentWay(server, port);
    server.on('connection', (here) => joinSockets(way.sockets, here, connect(way.target, '127.0.0.1')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return way;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Where connections that are opened from now on lead. */
  leadTo(port: number): void {
    this.target = port;
  }

  /** From now on nothing comes through the connections that are open, in either direction. */
  silence(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
