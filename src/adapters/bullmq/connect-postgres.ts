import { runMigrations, type PgPool } from 'bullmq';
import type { BullmqBackend } from './bullmq-backend.js';

/** A `pg.Pool`, of a server or of the embedded engine. */
export interface BullmqPool {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  end(): Promise<void>;
  setMaxListeners(count: number): unknown;
}

/** The schema that BullMQ's tables stand in. Every connection of the pool must have it as its `search_path`. */
export const BULLMQ_SCHEMA = 'bullmq';

/**
 * The queue on PostgreSQL, real or embedded.
 *
 * @param pool connections with `options: '-c search_path=bullmq'` and `keepAlive: true`. Each worker keeps one of them for LISTEN, so the pool must allow
 * two more than there are queues. It stays the caller's: `close` leaves it open.
 */
export function connectPostgres(pool: BullmqPool): BullmqBackend {
  pool.setMaxListeners(0); // each queue and worker listens to the pool's errors
  return {
    engine: 'postgres',
    connection: pool,
    workerConnection: pool,
    idleSeconds: 30,
    async prepare() {
      const client = await (pool as unknown as PgPool).connect();
      try {
        await runMigrations(client, BULLMQ_SCHEMA);
      } finally {
        client.release();
      }
    },
    close: () => Promise.resolve(),
  };
}
