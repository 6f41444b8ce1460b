import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { ServingCertificate } from './certificates.js';

/** As long as a real kubelet keeps an idle connection. */
const IDLE_MS = 90_000;

/** An HTTPS server on 127.0.0.1 that can go away and come back on the same port. */
export class Listener {
  /** How many connections were ever opened. */
  opened = 0;
  private readonly sockets = new Set<Socket>();
  private server: Server;
  private port = 0;

  constructor(
    private certificate: ServingCertificate,
    private readonly handle: (request: IncomingMessage, response: ServerResponse) => void,
  ) {
    this.server = this.create();
  }

  /** Listens and returns the port. */
  async open(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', 1024, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port');
    this.port = address.port;
    return this.port;
  }

  /** From now on connections are refused, and open ones are cut. */
  async goDown(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => void this.server.close(() => resolve()));
    this.cutConnections();
    await closed;
  }

  /** Listens again on the port that it had. */
  async comeBack(): Promise<void> {
    if (this.server.listening) return;
    this.server = this.create();
    await this.open(this.port);
  }

  /** Serves another certificate; open connections and resumable sessions end. */
  async changeCertificate(certificate: ServingCertificate): Promise<void> {
    this.certificate = certificate;
    await this.goDown();
    await this.comeBack();
  }

  cutConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private create(): Server {
    const server = createServer(
      { ...this.certificate, keepAliveTimeout: IDLE_MS, connectionsCheckingInterval: 60_000 },
      this.handle,
    );
    server.on('connection', (socket: Socket) => {
      this.opened += 1;
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    return server;
  }
}
