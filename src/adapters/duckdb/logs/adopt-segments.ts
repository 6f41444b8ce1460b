import type { DuckDBConnection } from '@duckdb/node-api';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { damageOf } from '../damage-error.js';
import type { DamagedFiles } from '../damaged-files.js';
import type { DatabaseFiles } from '../database-files.js';
import { digestOf, sizeOf } from '../segment-files.js';
import { sqlText } from '../sql-text.js';
import { CATALOGUE_CHANGED } from './catalogue-changed.js';
import { countMinutes } from './count-minutes.js';
import { segmentSource } from './log-columns.js';
import { enterSegment, factsOf, filterName, type LogSegment, readSegments } from './log-segment.js';

/**
 * Enters the segments that no manifest lists, after the database was damaged: each says all about itself, also which ones it replaced. Notes that lines since the newest
 * segment are lost.
 */
export async function adoptSegments(
  connection: DuckDBConnection,
  { segments: folder }: Pick<DatabaseFiles, 'segments'>,
  damaged: DamagedFiles,
): Promise<void> {
  const listed = new Set((await readSegments(connection)).map(({ file }) => file));
  const present = (await readdir(folder)).filter((file) => file.endsWith('.parquet') && !listed.has(file));
  const found: LogSegment[] = [];
  const replaced = new Set<string>();
  for (const file of present) {
    try {
      const facts = await factsOf(connection, segmentSource(folder, [file]));
      if (!facts) continue;
      for (const old of await replacedBy(connection, join(folder, file))) replaced.add(old);
      const filterBytes = (await sizeOf(join(folder, filterName(file)))) ?? 0;
      const bytes = ((await sizeOf(join(folder, file))) ?? 0) + filterBytes;
      found.push({ ...facts, file, bytes, digest: await digestOf(join(folder, file)) });
    } catch (error) {
      if (!damageOf(error, 'opening')) throw error;
      await damaged.setAside(join(folder, file), 'It cannot be read', { error });
    }
  }
  await connection.run('BEGIN');
  for (const segment of found) {
    if (replaced.has(segment.file)) continue;
    await enterSegment(connection, segment);
    await countMinutes(connection, folder, segment.file);
  }
  const nowNs = `${String(Date.now())}000000::BIGINT`;
  const reason = sqlText('The database of recent lines was damaged');
  await connection.run(
    `INSERT INTO lost SELECT least(coalesce(max(last_time), 0), ${nowNs}), ${nowNs}, ${reason} FROM segments`,
  );
  await connection.run(CATALOGUE_CHANGED);
  await connection.run('COMMIT');
}

async function replacedBy(connection: DuckDBConnection, path: string): Promise<string[]> {
  const result = await connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${sqlText(path)}) WHERE decode(key) = 'replaces'`,
  );
  return (result.getRowsJS() as [string][]).flatMap(([files]) => files.split(',')).filter((file) => file !== '');
}
