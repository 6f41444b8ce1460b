import { CATALOGUE_CHANGED } from './catalogue-changed.js';
import { countMinutes } from './count-minutes.js';
import { segmentSource } from './log-columns.js';
import type { LogDatabase } from './log-database.js';
import { enterSegment, forgetSegments, type LogSegment, readSegments } from './log-segment.js';
import { writeLogSegment } from './write-log-segment.js';

/** Puts segments together into one. As `closeChunk`: it may be killed anywhere, and the old files are the caller's to remove when nobody reads them any more. */
export async function mergeSegments(database: LogDatabase, segments: readonly LogSegment[]): Promise<void> {
  await database.maintain(async (background) => {
    const folder = database.segmentFolder;
    const files = segments.map(({ file }) => file);
    const query = segmentSource(folder, files);
    const merged = await writeLogSegment(background, folder, { query, replaces: files });
    await database.write(async (connection) => {
      const listed = new Set((await readSegments(connection)).map(({ file }) => file));
      if (!merged || !files.every((file) => listed.has(file))) return; // one was set aside meanwhile
      await connection.run('BEGIN');
      await forgetSegments(connection, files);
      await enterSegment(connection, merged);
      await countMinutes(connection, folder, merged.file);
      await connection.run(CATALOGUE_CHANGED);
      await connection.run('COMMIT');
    });
  });
}
