import { sql } from 'kysely';
import { PostgresAuditRecords } from '../../src/adapters/postgres/audit-records.postgres.js';
import { PostgresTokenRecords } from '../../src/adapters/postgres/token-records.postgres.js';
import { PostgresSessionRecords } from '../../src/adapters/postgres/token-sessions.postgres.js';
import type { TestRecords } from './records.js';

/** The adapters of tokens, sessions and the audit trail over test records. */
export async function tokenEngineOn(records: Promise<TestRecords>): Promise<{
  tokens: PostgresTokenRecords;
  sessions: PostgresSessionRecords;
  audit: PostgresAuditRecords;
  clear(): Promise<void>;
  close(): Promise<void>;
}> {
  const { database, ...opened } = await records;
  return {
    tokens: new PostgresTokenRecords(database),
    sessions: new PostgresSessionRecords(database),
    audit: new PostgresAuditRecords(database),
    clear: async () => {
      await sql`TRUNCATE tokens, sessions, audit`.execute(database.tables());
    },
    close: () => opened.close(),
  };
}
