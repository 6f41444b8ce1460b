/**
 * The thread that holds the embedded PostgreSQL (PGlite runs PostgreSQL's single-user mode in WebAssembly and blocks its thread).
 * It knows no SQL: it executes batches of PostgreSQL's wire protocol (version 3) and hands back what the engine wrote.
 *
 * This file is loaded as a worker both compiled and, in tests, as TypeScript whose types Node strips: erasable syntax and no relative imports.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** What the thread is started with: the data folder, or none for a database in memory. */
interface Start {
  readonly folder?: string;
}

/** Bytes of an answer are handed on when this many are together, so that a big result is parsed while the engine still works. */
const CHUNK_BYTES = 256 * 1024;

if (!parentPort) throw new Error('pglite-worker runs as a worker thread');
const port = parentPort;
const { folder } = workerData as Start;

/** PGlite's own start parameters without `-F`, which turns fsync off: an acknowledged commit must be on the disk. */
const startParams = PGlite.defaultStartParams.filter((parameter) => parameter !== '-F');
const engine = await PGlite.create(folder ?? 'memory://', { startParams });

let chunks: Uint8Array[] = [];
let size = 0;

function flush(): void {
  if (size === 0) return;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  chunks = [];
  size = 0;
  port.postMessage({ kind: 'chunk', bytes }, [bytes.buffer]);
}

async function execute(batch: Uint8Array): Promise<void> {
  await engine.execProtocolRawStream(batch, {
    syncToFs: false, // nothing to do on a real folder: the engine's own fsync calls go through
    onRawData: (bytes) => {
      chunks.push(bytes.slice());
      size += bytes.length;
      if (size >= CHUNK_BYTES) flush();
    },
  });
  flush();
  port.postMessage({ kind: 'done' });
}

async function close(): Promise<void> {
  await engine.close();
  port.postMessage({ kind: 'closed' });
  port.close();
}

port.on('message', (message: Uint8Array | 'close') => {
  const work = message === 'close' ? close() : execute(message);
  work.catch((error: unknown) => {
    // The engine's state is unknown now: end the thread, the next one recovers from the write-ahead log.
    queueMicrotask(() => {
      throw error;
    });
  });
});
port.postMessage({ kind: 'ready' });
