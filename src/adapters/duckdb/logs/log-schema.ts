import { randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * The fixed tables of the log store. Lines that are not in segments yet stand in chunks, two tables each (`log-columns.ts`); document ids in tables of their own (`known-documents.ts`).
 * `store` has one row: who the store is, so that a place of another one is told apart, and the least number that the next line may have.
 * `segments` is the manifest: only files that it names count. `namespaces` is NULL where there are too many to name. `lost` says which lines cannot be read any more.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    'CREATE TABLE store (id VARCHAR NOT NULL, next_arrival BIGINT NOT NULL)',
    `CREATE TABLE segments (
       file VARCHAR NOT NULL, line_count BIGINT NOT NULL, bytes BIGINT NOT NULL, digest VARCHAR NOT NULL, first_time BIGINT NOT NULL, last_time BIGINT NOT NULL,
       first_arrival BIGINT NOT NULL, last_arrival BIGINT NOT NULL, last_observed BIGINT NOT NULL, namespaces VARCHAR[])`,
    'CREATE TABLE lost (first_time BIGINT NOT NULL, last_time BIGINT NOT NULL, reason VARCHAR NOT NULL)',
  ],
];

/** Thrown when the store was written by a newer program: opening it could lose what only that program knows. */
export class LogStoreTooNew extends Error {
  override readonly name = 'LogStoreTooNew';

  constructor(
    readonly foundVersion: number,
    readonly knownVersion: number,
  ) {
    super(
      `The log store has version ${String(foundVersion)}, this program knows versions up to ${String(knownVersion)}: ` +
        'run the program that wrote it, or a newer one',
    );
  }
}

/** Brings the store's schema to this program's version, each step in a transaction of its own. @throws {LogStoreTooNew} */
export async function migrateLogSchema(connection: DuckDBConnection): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS store_version (version INTEGER NOT NULL)');
  const rows = (await connection.runAndReadAll('SELECT max(version) FROM store_version')).getRowsJS();
  const found = Number(rows[0]?.[0] ?? 0);
  if (found > MIGRATIONS.length) throw new LogStoreTooNew(found, MIGRATIONS.length);
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < found) continue;
    await connection.run('BEGIN');
    for (const statement of statements) await connection.run(statement);
    await connection.run(`INSERT INTO store_version VALUES (${String(index + 1)})`);
    await connection.run('COMMIT');
  }
  await connection.run(`INSERT INTO store SELECT '${randomUUID().slice(0, 8)}', 0 WHERE NOT EXISTS (FROM store)`);
}
