import { connect, createServer, type Server, type Socket } from 'node:net';

/** Another loopback address of a server on 127.0.0.1, on the same port: what connects is passed on, and cut when the server is away. */
export class Forwarder {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(private readonly port: number) {
    this.server = createServer((socket) => {
      const onward = connect(this.port, '127.0.0.1');
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy()); // either side may be cut at any time: the other goes with it
        one.on('close', () => {
          this.sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
  }

  /** @returns whether the address is this machine's and free: Linux has all of 127.0.0.0/8, other systems do not */
  async open(address: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.server.once('error', () => resolve(false));
    this.server.listen(this.port, address, () => resolve(true));
    return promise;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.close(() => resolve());
    for (const socket of this.sockets) socket.destroy();
    return promise;
  }
}
