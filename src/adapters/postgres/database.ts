import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely, PostgresDialect, type Transaction, sql } from 'kysely';
import { Pool, type PoolClient } from 'pg';
import { guardPool } from './guard-pool.js';
import { endWhenSilent } from './silence.js';
import { type PgliteOptions, PgliteServer } from './pglite-pool.js';

/** How a PostgreSQL server is reached. */
export interface ServerOptions {
  /** `postgres://user:password@host:port/database`; TLS by its parameters (`sslmode`, `sslrootcert`, `sslcert`, `sslkey`). */
  readonly url: string;
  /** Most connections for records. Default 10. */
  readonly maxConnections?: number;
  /** A connection on which the server says nothing for so long in the middle of a statement is ended. Default 65,000, more than a statement may take. */
  readonly silentMs?: number;
  /** Told when a connection breaks between two queries; the next use connects anew. */
  readonly onError?: (error: Error) => void;
}

/** A pool for a library that brings tables of its own. */
export interface SchemaPoolOptions {
  /** Where unqualified names are found, a plain identifier. */
  readonly schema: string;
  /** Most connections at once. Default 20 on a server, 200 embedded, where they cost nothing. */
  readonly max?: number;
}

/** A query was begun beside the transaction that its caller is in. */
export class QueryBesideTransactionError extends Error {
  override readonly name = 'QueryBesideTransactionError';
  constructor() {
    super(
      'Inside of a transaction only its own tables may be asked: the embedded database has one session, which the transaction holds',
    );
  }
}

const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 60_000;
const SILENT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const IDLE_IN_TRANSACTION_MS = 60_000;

/** The records: one PostgreSQL, embedded or a server, with typed tables. */
export class Database {
  /** The pool of the records; `migrate` takes it. */
  readonly pool: Pool;
  readonly #kysely: Kysely<unknown>;
  readonly #inTransaction = new AsyncLocalStorage<{ isOpen: boolean }>();

  private constructor(
    /** Which of the two it is. */
    readonly kind: 'embedded' | 'server',
    private readonly openPool: (options: Partial<SchemaPoolOptions>) => Pool,
    private readonly closeAll: () => Promise<void>,
  ) {
    this.pool = openPool({});
    const pool = { connect: () => this.#checkOut(), end: () => Promise.resolve() };
    this.#kysely = new Kysely({ dialect: new PostgresDialect({ pool }) });
  }

  /** Opens (or makes) the embedded database. The caller holds the lock of the data folder. */
  static async openEmbedded(options: PgliteOptions = {}): Promise<Database> {
    const server = await PgliteServer.open({ idleInTransactionMs: IDLE_IN_TRANSACTION_MS, ...options });
    return new Database(
      'embedded',
      (pool) => server.pool(pool),
      () => server.close(),
    );
  }

  /** Connects to a server. Rejects when it cannot be reached or refuses the log-in. */
  static async openServer(options: ServerOptions): Promise<Database> {
    const pools: Pool[] = [];
    const closeAll = async (): Promise<void> => {
      await Promise.all(pools.map((pool) => pool.end()));
    };
    const database = new Database(
      'server',
      (schema) => pools[pools.push(serverPool(options, schema)) - 1] as Pool,
      closeAll,
    );
    try {
      await database.ping();
    } catch (error) {
      await closeAll();
      throw error;
    }
    return database;
  }

  /** The tables of one feature, in their row types. */
  tables<Tables>(): Kysely<Tables> {
    return this.#kysely as Kysely<Tables>;
  }

  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. Inside of it only `transaction` may be asked;
   * anything else is refused with a `QueryBesideTransactionError`, on both engines.
   */
  async transaction<Tables, Result>(work: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    const state = { isOpen: true };
    try {
      return await this.tables<Tables>()
        .transaction()
        .execute((transaction) => this.#inTransaction.run(state, () => work(transaction)));
    } finally {
      state.isOpen = false;
    }
  }

  /** Resolves when the database answers. */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#kysely);
  }

  /** A pool for a library with tables of its own (BullMQ: schema `bullmq`). It is ended by `close`. */
  schemaPool(options: SchemaPoolOptions): Pool {
    return this.openPool(options);
  }

  /** Ends every pool, and the embedded engine. */
  async close(): Promise<void> {
    await this.#kysely.destroy();
    await this.closeAll();
  }

  async #checkOut(): Promise<PoolClient> {
    if (this.#inTransaction.getStore()?.isOpen) throw new QueryBesideTransactionError();
    return this.pool.connect();
  }
}

function serverPool(server: ServerOptions, { schema, max }: Partial<SchemaPoolOptions>): Pool {
  const pool = new Pool({
    connectionString: server.url,
    max: max ?? (schema === undefined ? (server.maxConnections ?? 10) : 20),
    application_name: 'quartermaster',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECT_TIMEOUT_MS,
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
  });
  guardPool(pool, (error) => server.onError?.(error));
  pool.on('connect', (client) => endWhenSilent(client, server.silentMs ?? SILENT_MS));
  return pool;
}
