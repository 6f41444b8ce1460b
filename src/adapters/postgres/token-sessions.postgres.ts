import type { Kysely } from 'kysely';
import { SessionRecords, type SessionRecord } from '../../auth/session-records.port.js';
import type { Database } from './database.js';
import type { TokenTables } from './token-tables.postgres.js';

/** Browsers' sessions in PostgreSQL, embedded or a server. */
export class PostgresSessionRecords extends SessionRecords {
  private readonly tables: Kysely<TokenTables>;

  constructor(database: Database) {
    super();
    this.tables = database.tables<TokenTables>();
  }

  async insert(session: SessionRecord): Promise<void> {
    await this.tables
      .insertInto('sessions')
      .values({
        hash: session.hash,
        token_id: session.tokenId,
        created_at: new Date(session.createdAtMs),
        expires_at: new Date(session.expiresAtMs),
      })
      .execute();
  }

  async find(hash: string): Promise<SessionRecord | undefined> {
    const row = await this.tables.selectFrom('sessions').selectAll().where('hash', '=', hash).executeTakeFirst();
    return (
      row && {
        hash: row.hash,
        tokenId: row.token_id,
        createdAtMs: row.created_at.getTime(),
        expiresAtMs: row.expires_at.getTime(),
      }
    );
  }

  async remove(hash: string): Promise<void> {
    await this.tables.deleteFrom('sessions').where('hash', '=', hash).execute();
  }

  async trim(beforeMs: number): Promise<number> {
    const result = await this.tables
      .deleteFrom('sessions')
      .where('expires_at', '<', new Date(beforeMs))
      .executeTakeFirst();
    return Number(result.numDeletedRows);
  }
}
