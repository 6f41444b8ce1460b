import { Worker } from 'node:worker_threads';
import type { BulkBody, ReadBulk, ReadBulkMessage } from './bulk-reader.js';
import { KnownOrigins } from './known-origins.js';

/** What the thread answers to a body. */
export type BulkReply = { readonly read: ReadBulkMessage } | { readonly failure: string };

interface Waiting {
  readonly resolve: (read: ReadBulk) => void;
  readonly reject: (error: Error) => void;
}

/** What lives while a body is read is little, but a body of 256 MB takes several times its size. */
const OLD_MB = 1_024;

/** A thread that reads bodies, from its start to its end: one after another, in their order. */
export class ReaderThread {
  private readonly worker: Worker;
  private readonly waiting: Waiting[] = [];
  private readonly origins = new KnownOrigins();
  private ended: Error | undefined;

  /** @param onDied told once, when it ends without having been asked to */
  constructor(
    file: URL,
    private readonly onDied: (error: Error) => void,
  ) {
    this.worker = new Worker(file, { name: 'log lines', env: {}, resourceLimits: { maxOldGenerationSizeMb: OLD_MB } });
    this.worker.on('message', (reply: BulkReply) => this.receive(reply));
    this.worker.on('error', (error) => this.die(error instanceof Error ? error : new Error(String(error))));
    this.worker.on('exit', (code) => this.die(new Error(`The thread ended with code ${code}`)));
    this.worker.unref(); // the server keeps the process alive
  }

  /** @throws what the thread ended with, or why it failed at this body */
  read(body: BulkBody): Promise<ReadBulk> {
    if (this.ended) return Promise.reject(this.ended);
    const { promise, resolve, reject } = Promise.withResolvers<ReadBulk>();
    this.waiting.push({ resolve, reject });
    this.worker.postMessage(body, [body.bytes.buffer]);
    return promise;
  }

  /** Ends it; what it had is not read. */
  async end(): Promise<void> {
    this.close(new Error('The thread was ended'));
    await this.worker.terminate();
  }

  private receive(reply: BulkReply): void {
    const next = this.waiting.shift();
    if (!next) return;
    if ('failure' in reply) next.reject(new Error(reply.failure));
    else next.resolve(this.origins.complete(reply.read));
  }

  private die(error: Error): void {
    if (this.close(error)) this.onDied(error);
  }

  /** @returns whether it was open until now */
  private close(error: Error): boolean {
    if (this.ended) return false;
    this.ended = error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
    return true;
  }
}
