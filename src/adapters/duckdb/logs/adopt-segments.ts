import type { DuckDBConnection } from '@duckdb/node-api';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { damageOf } from '../damage-error.js';
import type { DamagedFiles } from '../damaged-files.js';
import type { DatabaseFiles } from '../database-files.js';
import { digestOf, sizeOf } from '../segment-files.js';
import { sqlText } from '../sql-text.js';
import { changeCatalogue } from './change-catalogue.js';
import { enterSegment } from './enter-segment.js';
import { segmentSource } from './log-columns.js';
import { factsOf, filterName, type LogSegment, readSegments } from './log-segment.js';

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
  const nowNs = `${String(Date.now())}000000::BIGINT`;
  const reason = sqlText('The database of recent lines was damaged');
  await changeCatalogue(connection, async () => {
    for (const segment of found) if (!replaced.has(segment.file)) await enterSegment(connection, folder, segment);
    await connection.run(
      `INSERT INTO lost SELECT least(coalesce(max(last_time), 0), ${nowNs}), ${nowNs}, ${reason} FROM segments`,
    );
  });
}

async function replacedBy(connection: DuckDBConnection, path: string): Promise<string[]> {
  const result = await connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${sqlText(path)}) WHERE decode(key) = 'replaces'`,
  );
  return (result.getRowsJS() as [string][]).flatMap(([files]) => files.split(',')).filter((file) => file !== '');
}
