import { Pool } from 'pg';
import { guardPool } from './guard-pool.js';
import { PgliteEngine, type PglitePlace } from './pglite-engine.js';
import { PgliteSession } from './pglite-session.js';
import { PgliteStream } from './pglite-stream.js';
import { PgliteUpkeep } from './pglite-upkeep.js';
import { createRecordsFolder } from './records-folder.js';

/** How the embedded PostgreSQL is opened; its folder is made when it is missing. */
export interface PgliteOptions extends PglitePlace {
  /** A connection that stays in a transaction for so long without a word, while others wait, is ended. Default 60,000. */
  readonly idleInTransactionMs?: number;
  /** Told when a connection breaks between two queries (the engine's thread stopped; the next use starts it again), or when the upkeep fails. */
  readonly onError?: (error: Error) => void;
}

/** How a pool over it is made. */
export interface PglitePoolOptions {
  /** The schema that unqualified names are found in. Default `public`. */
  readonly schema?: string;
  /** Most clients checked out at once; they cost next to nothing, and each BullMQ worker keeps one to listen. Default 200. */
  readonly max?: number;
}

/**
 * The embedded PostgreSQL, spoken to through node-postgres itself: its pools and clients, its types and its errors, over a stream to a worker
 * thread instead of a socket. So whatever works on a PostgreSQL server through `pg.Pool` works here.
 */
export class PgliteServer {
  readonly #pools = new Set<Pool>();
  #session: Promise<PgliteSession> | undefined;
  #engine: PgliteEngine | undefined;
  #upkeep: PgliteUpkeep | undefined;
  #closed = false;

  private constructor(private readonly options: PgliteOptions) {}

  /**
   * Opens the folder, makes the database when there is none, recovers it after a crash.
   *
   * The caller holds the lock of the data folder: nothing here keeps a second process out.
   */
  static async open(options: PgliteOptions = {}): Promise<PgliteServer> {
    const server = new PgliteServer(options);
    await server.#open();
    server.#upkeep = new PgliteUpkeep(server.pool({ max: 1 }), (error) => options.onError?.(error));
    server.#upkeep.start();
    return server;
  }

  /** A pool of clients. Several pools, of different schemas too, share the one engine. */
  pool(options: PglitePoolOptions = {}): Pool {
    const { schema = 'public', max = 200 } = options;
    const pool = new Pool({
      stream: () => new PgliteStream(() => this.#open()),
      ssl: false,
      user: 'postgres',
      database: 'postgres',
      options: `-c search_path=${schema}`,
      max,
      idleTimeoutMillis: 0,
      allowExitOnIdle: true,
    });
    guardPool(pool, (error) => this.options.onError?.(error));
    this.#pools.add(pool);
    return pool;
  }

  /** Ends every pool and closes the database (with a checkpoint). */
  async close(): Promise<void> {
    await this.#upkeep?.stop();
    this.#closed = true;
    await Promise.all([...this.#pools].filter((pool) => !pool.ended).map((pool) => pool.end()));
    const session = await this.#session?.catch(() => undefined); // an engine that could not start again has nothing to close
    await session?.drain();
    await this.#engine?.close();
  }

  #open(): Promise<PgliteSession> {
    if (this.#closed) return Promise.reject(new Error('The embedded records are closed'));
    this.#session ??= this.#start().catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    return this.#session;
  }

  async #start(): Promise<PgliteSession> {
    const { folder, image, idleInTransactionMs = 60_000 } = this.options;
    if (folder !== undefined) await createRecordsFolder(folder);
    let session: PgliteSession | undefined;
    const engine = await PgliteEngine.start({ folder, image }, (error) => {
      this.#session = undefined;
      this.#engine = undefined;
      session?.abandon(error);
    });
    session = new PgliteSession(engine, { idleInTransactionMs });
    await session.open();
    this.#engine = engine;
    return session;
  }
}
