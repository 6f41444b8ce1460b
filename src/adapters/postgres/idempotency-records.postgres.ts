import { sql } from 'kysely';
import {
  IdempotencyRecords,
  type Claim,
  type IdempotentRequest,
  type RecordedOutcome,
} from '../../jobs/idempotency-records.port.js';
import { Database } from './database.js';

interface Tables {
  idempotency_keys: {
    caller: string;
    key: string;
    hash: string;
    claimed_at: Date;
    outcome: RecordedOutcome | null;
  };
}

const ABANDONED_MS = 5 * 60_000;
const FORGOTTEN_MS = 24 * 3_600_000;

/** First outcomes in PostgreSQL. The primary key decides who is first. */
export class PostgresIdempotencyRecords extends IdempotencyRecords {
  constructor(private readonly database: Database) {
    super();
  }

  async claim({ caller, key, hash }: IdempotentRequest, nowMs: number): Promise<Claim> {
    const claimed = await this.#tables
      .insertInto('idempotency_keys')
      .values({ caller, key, hash, claimed_at: new Date(nowMs), outcome: null })
      .onConflict((conflict) =>
        conflict
          .columns(['caller', 'key'])
          .doUpdateSet({ hash, claimed_at: new Date(nowMs), outcome: null })
          .where((row) =>
            row.or([
              row('idempotency_keys.claimed_at', '<', new Date(nowMs - FORGOTTEN_MS)),
              row.and([
                row('idempotency_keys.outcome', 'is', null),
                row('idempotency_keys.claimed_at', '<', new Date(nowMs - ABANDONED_MS)),
              ]),
            ]),
          ),
      )
      .executeTakeFirst();
    if ((claimed.numInsertedOrUpdatedRows ?? 0n) > 0n) return 'claimed';
    const first = await this.#tables
      .selectFrom('idempotency_keys')
      .select(['hash', 'outcome'])
      .where('caller', '=', caller)
      .where('key', '=', key)
      .executeTakeFirst();
    if (!first) return 'running'; // it was given back just now: a moment later it can be claimed
    if (first.hash !== hash) return 'mismatch';
    return first.outcome ? { outcome: first.outcome } : 'running';
  }

  async complete({ caller, key, hash }: IdempotentRequest, outcome: RecordedOutcome): Promise<void> {
    await this.#tables
      .updateTable('idempotency_keys')
      .set({ outcome: sql`${JSON.stringify(outcome)}::jsonb` })
      .where('caller', '=', caller)
      .where('key', '=', key)
      .where('hash', '=', hash)
      .execute();
  }

  async release({ caller, key, hash }: IdempotentRequest): Promise<void> {
    await this.#tables
      .deleteFrom('idempotency_keys')
      .where('caller', '=', caller)
      .where('key', '=', key)
      .where('hash', '=', hash)
      .where('outcome', 'is', null)
      .execute();
  }

  async trim(nowMs: number): Promise<number> {
    const removed = await this.#tables
      .deleteFrom('idempotency_keys')
      .where('claimed_at', '<', new Date(nowMs - FORGOTTEN_MS))
      .executeTakeFirst();
    return Number(removed.numDeletedRows);
  }

  get #tables() {
    return this.database.tables<Tables>();
  }
}
