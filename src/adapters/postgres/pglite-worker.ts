/**
 * The thread that holds the embedded PostgreSQL (PGlite runs PostgreSQL's single-user mode in WebAssembly and blocks its thread).
 * It knows no SQL: it executes batches of PostgreSQL's wire protocol (version 3) and hands back what the engine wrote.
 *
 * This file is loaded as a worker both compiled and, in tests, as TypeScript whose types Node strips: erasable syntax and no relative imports.
 */
import { fsyncSync, openAsBlob } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** What the thread is started with: the data folder, or none for a database in memory, which may begin as a copy of another one. */
interface Start {
  readonly folder?: string;
  readonly image?: string;
}

/** Bytes of an answer are handed on when this many are together, so that a big result is parsed while the engine still works. */
const CHUNK_BYTES = 256 * 1024;

if (!parentPort) throw new Error('pglite-worker runs as a worker thread');
const port = parentPort;
const { folder, image } = workerData as Start;

/** Emscripten's number for an input/output error: PostgreSQL stops at a failed sync, and recovers at its next start. */
const EIO = 29;

/** What this file needs of Emscripten's file system over a real folder; `nfd` is the real file descriptor. */
interface SyncableModule {
  readonly NODEFS: { readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number } };
}

/** A real folder on which the engine's fsync reaches the disk: Emscripten's own file system leaves fsync out and says that it worked. */
class SyncedFolder extends NodeFS {
  override async init(...[pg, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pg, options);
    const addSync = (module: unknown): void => {
      (module as SyncableModule).NODEFS.stream_ops.fsync = ({ nfd }) => {
        try {
          fsyncSync(nfd);
          return 0;
        } catch {
          return EIO;
        }
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  }
}

/**
 * PGlite's own start parameters without `-F`, which turns fsync off. The write-ahead log is synced with fsync, for Emscripten answers
 * fdatasync, PostgreSQL's own choice on Linux, without doing anything. Few bytes are kept for a log that one process writes, and for buffers:
 * the records are small, and what does not fit is in the system's page cache.
 */
const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  ...['wal_sync_method=fsync', 'min_wal_size=32MB', 'max_wal_size=128MB', 'shared_buffers=8MB'].flatMap((setting) => [
    '-c',
    setting,
  ]),
];
const engine = await PGlite.create({
  startParams,
  ...(folder === undefined ? {} : { fs: new SyncedFolder(folder) }),
  ...(image === undefined ? {} : { loadDataDir: await openAsBlob(image) }),
});

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
