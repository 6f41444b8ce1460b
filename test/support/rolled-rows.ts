import { DuckDBInstance } from '@duckdb/node-api';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A row of a rolled-up segment: `cycle_at`, `object_id`, `rows` and the columns of its metrics. */
export type RolledRow = Readonly<Record<string, number | null>>;

/** What the segments of a kind and rolled-up tier hold, by object and time, read past the store. @param folder the store's */
export async function rolledRows(folder: string, kind: string, tier: '5m' | '1h', columns = '*'): Promise<RolledRow[]> {
  const segments = join(folder, 'segments');
  const pattern = new RegExp(`^${kind}_${tier}_\\d+_g\\d+\\.parquet$`);
  const files = (await readdir(segments))
    .filter((file) => pattern.test(file))
    .map((file) => `'${join(segments, file)}'`);
  if (files.length === 0) return [];
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `SELECT ${columns} FROM read_parquet([${files.join(', ')}], union_by_name = true) ORDER BY object_id, cycle_at`,
  );
  const rows = result
    .getRowObjectsJson()
    .map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : Number(value)])),
    );
  connection.closeSync();
  instance.closeSync();
  return rows;
}
