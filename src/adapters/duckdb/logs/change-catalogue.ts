import type { DuckDBConnection } from '@duckdb/node-api';

/** What a transaction that makes or drops chunks, segments or lost spans does besides, so that readers see it (`log-catalogue.ts`). */
export const CATALOGUE_CHANGED = 'UPDATE store SET version = version + 1';

/** Makes a change of chunks, segments or lost spans in one transaction, and has readers see it. */
export async function changeCatalogue(connection: DuckDBConnection, change: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN');
  await change();
  await connection.run(CATALOGUE_CHANGED);
  await connection.run('COMMIT');
}
