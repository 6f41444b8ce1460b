import type { DuckDBConnection } from '@duckdb/node-api';

/** Whose schema is migrated. */
export interface StoreSchema {
  /** In errors: `metric store`. */
  readonly store: string;
  /** The name of the error that says that a newer program wrote it. */
  readonly tooNew: 'MetricStoreTooNew' | 'LogStoreTooNew';
  /** The statements of each version, the first one first. */
  readonly migrations: readonly (readonly string[])[];
}

/** Thrown when a store was written by a newer program: opening it could lose what only that program knows. */
export class StoreTooNew extends Error {
  constructor(
    { store, tooNew }: StoreSchema,
    readonly foundVersion: number,
    readonly knownVersion: number,
  ) {
    super(
      `The ${store} has version ${String(foundVersion)}, this program knows versions up to ${String(knownVersion)}: ` +
        'run the program that wrote it, or a newer one',
    );
    this.name = tooNew;
  }
}

/** Brings a store's schema to this program's version, each step in a transaction of its own. @throws {StoreTooNew} */
export async function migrateStore(connection: DuckDBConnection, schema: StoreSchema): Promise<void> {
  const { migrations } = schema;
  await connection.run('CREATE TABLE IF NOT EXISTS store_version (version INTEGER NOT NULL)');
  const rows = (await connection.runAndReadAll('SELECT max(version) FROM store_version')).getRowsJS();
  const found = Number(rows[0]?.[0] ?? 0);
  if (found > migrations.length) throw new StoreTooNew(schema, found, migrations.length);
  for (const [index, statements] of migrations.entries()) {
    if (index < found) continue;
    await connection.run('BEGIN');
    for (const statement of statements) await connection.run(statement);
    await connection.run(`INSERT INTO store_version VALUES (${String(index + 1)})`);
    await connection.run('COMMIT');
  }
}
