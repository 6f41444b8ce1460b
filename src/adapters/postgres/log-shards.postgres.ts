import { sql } from 'kysely';
import { LogShards, LOG_SHARDS, type ClaimedShards } from '../../logs/collect/log-shards.port.js';
import { Database } from './database.js';

/** Leases of shards in PostgreSQL, by its clock. */
export class PostgresLogShards extends LogShards {
  constructor(private readonly database: Database) {
    super();
  }

  override async claim(worker: string, leaseMs: number): Promise<ClaimedShards> {
    return this.database.transaction<object, ClaimedShards>(async (transaction) => {
      const until = sql`now() + ${leaseMs} * interval '1 millisecond'`;
      await sql`SELECT pg_advisory_xact_lock(hashtextextended('log_shards', 0))`.execute(transaction);
      await sql`INSERT INTO log_workers (name, seen_until) VALUES (${worker}, ${until})
        ON CONFLICT (name) DO UPDATE SET seen_until = EXCLUDED.seen_until`.execute(transaction);
      await sql`DELETE FROM log_workers WHERE seen_until < now()`.execute(transaction);
      const { rows: counted } = await sql<{
        workers: number;
      }>`SELECT count(*)::int AS workers FROM log_workers`.execute(transaction);
      const share = Math.ceil(LOG_SHARDS / Math.max(1, counted[0]?.workers ?? 1));
      await sql`UPDATE log_shards SET lease_until = ${until} WHERE holder = ${worker}`.execute(transaction);
      await sql`UPDATE log_shards SET holder = ${worker}, lease_until = ${until} WHERE shard IN (
        SELECT shard FROM log_shards WHERE holder IS NULL OR lease_until < now() ORDER BY shard
        LIMIT greatest(0, ${share} - (SELECT count(*) FROM log_shards WHERE holder = ${worker})))`.execute(transaction);
      const { rows } = await sql<{ shard: number }>`
        SELECT shard FROM log_shards WHERE holder = ${worker} ORDER BY shard`.execute(transaction);
      const held = rows.map(({ shard }) => shard);
      return { held, surplus: held.slice(share) };
    });
  }

  override async release(worker: string, shards: readonly number[], isLeaving: boolean): Promise<void> {
    await this.database.transaction<object, void>(async (transaction) => {
      await sql`UPDATE log_shards SET holder = NULL WHERE holder = ${worker} AND shard = ANY(${shards as number[]})`.execute(
        transaction,
      );
      if (isLeaving) await sql`DELETE FROM log_workers WHERE name = ${worker}`.execute(transaction);
    });
  }

  override async unheld(): Promise<number> {
    const { rows } = await sql<{ unheld: number }>`
      SELECT count(*)::int AS unheld FROM log_shards WHERE holder IS NULL OR lease_until < now()`.execute(
      this.database.tables<object>(),
    );
    return rows[0]?.unheld ?? LOG_SHARDS;
  }
}
