import { randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { migrateStore } from '../migrate-store.js';

/**
 * The fixed tables of the log store. Lines that are not in segments yet stand in chunks, two tables each (`log-columns.ts`); document ids in tables of their own (`known-documents.ts`).
 * `store` has one row: who the store is, so that a place of another one is told apart, the least number that the next line may have, and how often the catalogue has changed (`log-catalogue.ts`).
 * `segments` is the manifest: only files that it names count. `namespaces` is NULL where there are too many to name. `lost` says which lines cannot be read any more.
 * `minute_counts` has the lines of segments by minutes since the epoch (`count-minutes.ts`).
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    'CREATE TABLE store (id VARCHAR NOT NULL, next_arrival BIGINT NOT NULL)',
    `CREATE TABLE segments (
       file VARCHAR NOT NULL, line_count BIGINT NOT NULL, bytes BIGINT NOT NULL, digest VARCHAR NOT NULL, first_time BIGINT NOT NULL, last_time BIGINT NOT NULL,
       first_arrival BIGINT NOT NULL, last_arrival BIGINT NOT NULL, last_observed BIGINT NOT NULL, namespaces VARCHAR[])`,
    'CREATE TABLE lost (first_time BIGINT NOT NULL, last_time BIGINT NOT NULL, reason VARCHAR NOT NULL)',
  ],
  ['ALTER TABLE store ADD COLUMN version BIGINT DEFAULT 0'],
  [
    'CREATE TABLE minute_counts (file VARCHAR NOT NULL, minute BIGINT NOT NULL, level VARCHAR, lines BIGINT NOT NULL)',
    'ALTER TABLE segments ADD COLUMN is_counted BOOLEAN DEFAULT false',
  ],
];

/** Brings the store's schema to this program's version. @throws {StoreTooNew} */
export async function migrateLogSchema(connection: DuckDBConnection): Promise<void> {
  await migrateStore(connection, { store: 'log store', tooNew: 'LogStoreTooNew', migrations: MIGRATIONS });
  await connection.run(`INSERT INTO store SELECT '${randomUUID().slice(0, 8)}', 0, 0 WHERE NOT EXISTS (FROM store)`);
}
