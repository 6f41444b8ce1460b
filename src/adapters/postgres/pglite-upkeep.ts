import type { Pool } from 'pg';

/** How long between two looks, as PostgreSQL's own autovacuum does. */
const PERIOD_MS = 60_000;
/** A checkpoint is due when so much of the log would have to be read after a crash, */
const CHECKPOINT_BYTES = 32 * 1024 * 1024;
/** or when there is anything to read and the last checkpoint is so long ago. */
const CHECKPOINT_AGE_S = 300;

const CHECKPOINT_DUE = `SELECT bytes > ${CHECKPOINT_BYTES} OR (bytes > 65536 AND age > ${CHECKPOINT_AGE_S}) AS due
  FROM (SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) AS bytes, extract(epoch FROM now() - checkpoint_time) AS age
    FROM pg_control_checkpoint()) AS log`;

/** Autovacuum's own thresholds: a fifth of the rows dead, a tenth of them changed since the statistics were taken. */
const TABLES_DUE = `SELECT format('%I.%I', schemaname, relname) AS name, n_dead_tup > 50 + 0.2 * n_live_tup AS dead
  FROM pg_stat_user_tables
  WHERE n_dead_tup > 50 + 0.2 * n_live_tup OR n_mod_since_analyze > 50 + 0.1 * n_live_tup`;

/**
 * Does what PostgreSQL's background processes do on a server: the single-user mode that PGlite runs has none, so that without this the
 * write-ahead log would grow until the next stop, and tables and their indexes with every update.
 */
export class PgliteUpkeep {
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly pool: Pool,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Looks every minute, until `stop`. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#pass ??= this.#look();
    }, PERIOD_MS).unref();
  }

  /** One pass: the tables that need it, each for itself, then a checkpoint when it is due. */
  async run(): Promise<void> {
    const { rows: tables } = await this.pool.query<{ name: string; dead: boolean }>(TABLES_DUE);
    for (const { name, dead } of tables) {
      if (this.#stopped) return;
      await this.pool.query(dead ? `VACUUM (ANALYZE) ${name}` : `ANALYZE ${name}`);
    }
    const { rows: checkpoints } = await this.pool.query<{ due: boolean }>(CHECKPOINT_DUE);
    if (checkpoints[0]?.due) await this.pool.query('CHECKPOINT');
  }

  /** Resolves when a pass that runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#pass;
  }

  async #look(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      this.onError(error as Error);
    } finally {
      this.#pass = undefined;
    }
  }
}
