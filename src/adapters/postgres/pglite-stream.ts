import { Duplex } from 'node:stream';
import type { PgliteConnection } from './pglite-connection.js';
import type { PgliteSession } from './pglite-session.js';

/** A "socket" to the embedded PostgreSQL, with as much of `net.Socket` as node-postgres uses. */
export class PgliteStream extends Duplex {
  #connection: PgliteConnection | undefined;

  /** @param open finds the running session, or starts the engine. */
  constructor(private readonly open: () => Promise<PgliteSession>) {
    super({ allowHalfOpen: false });
  }

  /** Called by node-postgres with a port and a host, which mean nothing here. */
  connect(): this {
    this.#attach().catch((error: unknown) => this.destroy(error as Error));
    return this;
  }

  async #attach(): Promise<void> {
    const session = await this.open();
    if (this.destroyed) return;
    this.#connection = session.connect(
      (bytes) => this.push(bytes),
      (error) => {
        if (error) this.destroy(error);
        else if (!this.destroyed) this.push(null);
      },
    );
    this.emit('connect');
  }

  override _read(): void {
    // The engine answers one batch at a time; what it has answered is in memory already.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#connection?.receive(chunk);
    callback();
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.#connection?.receive(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    callback();
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#connection?.terminate();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#connection?.terminate();
    callback(error);
  }

  setNoDelay(): this {
    return this;
  }

  /** Nothing can drop this connection silently, which is what keepalive is about. */
  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
