import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

/** What the worker says. */
type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'done' }
  | { readonly kind: 'closed' };

/** Where an embedded database is. */
export interface PglitePlace {
  /** The data folder (`DATA_DIR/records`); without it the database is in memory and gone at the end. */
  readonly folder?: string | undefined;
  /** What a database in memory begins as: a file that PGlite's `dumpDataDir` wrote. Without it, it is made anew. */
  readonly image?: string | undefined;
}

/** The embedded engine's thread stopped although nobody asked it to. Connections break; the next one starts a new thread, which recovers. */
export class EmbeddedEngineStoppedError extends Error {
  override readonly name = 'EmbeddedEngineStoppedError';
  /** What node-postgres and BullMQ know as a broken connection. */
  readonly code = '57P01';
}

/** The thread makes little garbage: its memory is the engine's, which V8's heap does not count. */
const YOUNG_MB = 4;

interface Running {
  readonly onBytes: (bytes: Buffer) => void;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The embedded PostgreSQL in its thread: executes one batch of wire protocol messages at a time. */
export class PgliteEngine {
  #running: Running | undefined;
  #stopped: Error | undefined;
  #closing = false;

  private constructor(
    private readonly worker: Worker,
    private readonly onStopped: (error: Error) => void,
  ) {}

  /**
   * Starts the thread and waits until the engine has opened (and, after a crash, recovered) its folder.
   *
   * @param place the data folder; without it the database is in memory.
   * @param onStopped told once when the thread ends without having been asked to.
   */
  static async start(place: PglitePlace, onStopped: (error: Error) => void): Promise<PgliteEngine> {
    const file = import.meta.url.endsWith('.ts') ? './pglite-worker.ts' : './pglite-worker.js';
    keepWebAssemblyAtItsBaseline();
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: place,
      name: 'records',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const engine = new PgliteEngine(worker, onStopped);
    await engine.#opened();
    return engine;
  }

  async #opened(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#running = { onBytes: () => undefined, resolve, reject };
    this.worker.on('message', (message: Message) => this.#receive(message));
    this.worker.on('error', (error) => this.#stop(error));
    this.worker.on('exit', (code) => this.#stop(new Error(`thread ended with code ${code}`)));
    await promise;
    this.worker.unref();
  }

  #receive(message: Message): void {
    if (message.kind === 'chunk') {
      this.#running?.onBytes(Buffer.from(message.bytes.buffer, message.bytes.byteOffset, message.bytes.byteLength));
      return;
    }
    const running = this.#running;
    this.#running = undefined;
    if (message.kind === 'closed')
      this.#stopped = new EmbeddedEngineStoppedError('The embedded records engine is closed');
    running?.resolve();
  }

  #stop(cause: unknown): void {
    if (this.#stopped) return;
    this.#stopped = new EmbeddedEngineStoppedError('The embedded records engine stopped', { cause });
    const running = this.#running;
    this.#running = undefined;
    running?.reject(this.#stopped);
    if (!this.#closing) this.onStopped(this.#stopped);
  }

  /**
   * Executes a batch; `onBytes` gets the answer in order, in pieces that may end in the middle of a message. One batch at a time.
   *
   * @throws EmbeddedEngineStoppedError when the thread is gone.
   */
  async execute(batch: Buffer, onBytes: (bytes: Buffer) => void): Promise<void> {
    if (this.#stopped) throw this.#stopped;
    if (this.#running) throw new Error('The embedded engine executes one batch at a time');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#running = { onBytes, resolve, reject };
    const bytes = new Uint8Array(batch);
    this.worker.ref();
    this.worker.postMessage(bytes, [bytes.buffer]);
    try {
      await promise;
    } finally {
      this.worker.unref();
    }
  }

  /** Writes a checkpoint and ends the thread. Nothing may be running. */
  async close(): Promise<void> {
    if (this.#stopped) return;
    if (this.#running) throw new Error('The embedded engine cannot be closed while it works');
    this.#closing = true;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#running = { onBytes: () => undefined, resolve, reject };
    this.worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    this.worker.postMessage('close');
    await promise;
    await this.worker.terminate();
  }
}

/**
 * The optimizing compiler takes 600 MB of memory for one function of this engine (its expression interpreter), in the first seconds of every process.
 * The baseline's code costs no measurable CPU in return: the engine's time goes to fsync. Holds for the whole process, which runs no other WebAssembly that matters.
 */
function keepWebAssemblyAtItsBaseline(): void {
  for (const flag of ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
}
