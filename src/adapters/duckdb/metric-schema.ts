import type { DuckDBConnection } from '@duckdb/node-api';
import { migrateStore } from './migrate-store.js';

/**
 * The fixed tables of the metric store. Samples stand in tables of their own, one a kind, day and generation (`metric-layout.ts`).
 * `objects` has one row an identity; what is absent there is the empty string. Ids are given by the one writer, so no index is kept.
 * `superseded` says that the rows of a cycle and scope in generations below `below` are void: they were written again later.
 * `rolled_up` says up to which instant (ms, exclusive) a tier of a kind is complete; its rows from there on, if any, are stale, and a finer tier is read.
 * `dropped` says that the retention took the days of a tier before `before` (ms): from what comes later for them nothing is rolled up.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE objects (
       id UINTEGER NOT NULL, type VARCHAR NOT NULL, node VARCHAR NOT NULL, namespace VARCHAR NOT NULL, pod VARCHAR NOT NULL,
       pod_uid VARCHAR NOT NULL, container VARCHAR NOT NULL, resource VARCHAR NOT NULL, labeled BOOLEAN NOT NULL,
       workload VARCHAR NOT NULL, labels_id UINTEGER NOT NULL, first_cycle_at BIGINT NOT NULL, last_closed_day BIGINT)`,
    `CREATE TABLE label_sets (id UINTEGER NOT NULL, labels VARCHAR NOT NULL)`,
    `INSERT INTO label_sets VALUES (0, '{}')`,
    `CREATE TABLE scopes (id UINTEGER NOT NULL, name VARCHAR NOT NULL)`,
    `CREATE TABLE segments (
       kind VARCHAR NOT NULL, day BIGINT NOT NULL, generation INTEGER NOT NULL, file VARCHAR NOT NULL,
       metrics VARCHAR[] NOT NULL, row_count BIGINT NOT NULL, bytes BIGINT NOT NULL)`,
    `CREATE TABLE superseded (day BIGINT NOT NULL, below INTEGER NOT NULL, cycle_at BIGINT NOT NULL, scope_id UINTEGER NOT NULL)`,
  ],
  [
    'CREATE TABLE rolled_up (tier VARCHAR NOT NULL, kind VARCHAR NOT NULL, until BIGINT NOT NULL)',
    "ALTER TABLE segments ADD COLUMN tier VARCHAR DEFAULT 'raw'",
  ],
  ['CREATE TABLE dropped (tier VARCHAR NOT NULL, before BIGINT NOT NULL)'],
  [], // from here on finished hours of open days stand in tables of their own, which older programs would not find
];

/** Brings the store's schema to this program's version. @throws {StoreTooNew} */
export async function migrateMetricSchema(connection: DuckDBConnection): Promise<void> {
  await migrateStore(connection, { store: 'metric store', tooNew: 'MetricStoreTooNew', migrations: MIGRATIONS });
}
